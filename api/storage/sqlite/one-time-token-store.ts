import type { DatabaseSync } from "node:sqlite";
import type { OneTimeTokenRecord, OneTimeTokenStore } from "../../ports/stores.ts";

const COLUMNS = "token_hash AS tokenHash, purpose, user_id AS userId, expires_at AS expiresAt";

export function sqliteOneTimeTokenStore(db: DatabaseSync): OneTimeTokenStore {
  const insert = db.prepare("INSERT INTO one_time_tokens VALUES (?, ?, ?, ?)");
  const valid = "token_hash = ? AND purpose = ? AND expires_at > ?";
  const find = db.prepare(`SELECT ${COLUMNS} FROM one_time_tokens WHERE ${valid}`);
  const take = db.prepare(`DELETE FROM one_time_tokens WHERE ${valid} RETURNING ${COLUMNS}`);
  const removeByPurpose = db.prepare("DELETE FROM one_time_tokens WHERE purpose = ?");
  const removeByUser = db.prepare("DELETE FROM one_time_tokens WHERE user_id = ?");
  const record = (row: unknown): OneTimeTokenRecord | null => (row === undefined ? null : { ...(row as OneTimeTokenRecord) });
  return {
    insert: async ({ tokenHash, purpose, userId, expiresAt }) => void insert.run(tokenHash, purpose, userId, expiresAt),
    find: async (tokenHash, purpose, now) => record(find.get(tokenHash, purpose, now)),
    take: async (tokenHash, purpose, now) => record(take.get(tokenHash, purpose, now)),
    deleteByPurpose: async (purpose) => void removeByPurpose.run(purpose),
    deleteByUser: async (userId) => void removeByUser.run(userId),
  };
}
