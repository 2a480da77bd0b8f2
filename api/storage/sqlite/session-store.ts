import type { DatabaseSync } from "node:sqlite";
import type { SessionRecord, SessionStore } from "../../ports/stores.ts";

const COLUMNS = `id, token_hash AS tokenHash, user_id AS userId,
  created_at AS createdAt, last_seen_at AS lastSeenAt, expires_at AS expiresAt`;

export function sqliteSessionStore(db: DatabaseSync): SessionStore {
  const insert = db.prepare("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)");
  const byTokenHash = db.prepare(`SELECT ${COLUMNS} FROM sessions WHERE token_hash = ? AND expires_at > ?`);
  const alive = db.prepare("SELECT id FROM sessions WHERE id IN (SELECT value FROM json_each(?)) AND expires_at > ?");
  const touch = db.prepare("UPDATE sessions SET last_seen_at = ? WHERE id = ?");
  const idsByUser = db.prepare("SELECT id FROM sessions WHERE user_id = ?");
  const remove = db.prepare("DELETE FROM sessions WHERE id = ?");
  const removeByUser = db.prepare("DELETE FROM sessions WHERE user_id = ?");
  const removeExpired = db.prepare("DELETE FROM sessions WHERE expires_at <= ?");
  return {
    insert: async (session) => {
      const { id, tokenHash, userId, createdAt, lastSeenAt, expiresAt } = session;
      insert.run(id, tokenHash, userId, createdAt, lastSeenAt, expiresAt);
    },
    byTokenHash: async (tokenHash, now) => {
      const row = byTokenHash.get(tokenHash, now);
      return row === undefined ? null : { ...(row as unknown as SessionRecord) };
    },
    alive: async (ids, now) => alive.all(JSON.stringify(ids), now).map((row) => String(row.id)),
    touch: async (id, lastSeenAt) => void touch.run(lastSeenAt, id),
    delete: async (id) => void remove.run(id),
    idsByUser: async (userId) => idsByUser.all(userId).map((row) => String(row.id)),
    deleteByUser: async (userId) => void removeByUser.run(userId),
    deleteExpired: async (now) => void removeExpired.run(now),
  };
}
