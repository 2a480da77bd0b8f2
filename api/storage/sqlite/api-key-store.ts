import type { DatabaseSync } from "node:sqlite";
import type { ApiKeyRecord, ApiKeyStore } from "../../ports/stores.ts";

const COLUMNS = `id, user_id AS userId, name, secret_hash AS secretHash,
  created_at AS createdAt, last_used_at AS lastUsedAt, expires_at AS expiresAt`;

export function sqliteApiKeyStore(db: DatabaseSync): ApiKeyStore {
  const insert = db.prepare("INSERT INTO api_keys VALUES (?, ?, ?, ?, ?, ?, ?)");
  const byId = db.prepare(`SELECT ${COLUMNS} FROM api_keys WHERE id = ?`);
  const listByUser = db.prepare(`SELECT ${COLUMNS} FROM api_keys WHERE user_id = ? ORDER BY created_at, id`);
  const touch = db.prepare("UPDATE api_keys SET last_used_at = ? WHERE id = ?");
  const remove = db.prepare("DELETE FROM api_keys WHERE user_id = ? AND id = ?");
  const removeByUser = db.prepare("DELETE FROM api_keys WHERE user_id = ?");
  const record = (row: unknown): ApiKeyRecord => ({ ...(row as ApiKeyRecord) });
  return {
    insert: async (key) => {
      const { id, userId, name, secretHash, createdAt, lastUsedAt, expiresAt } = key;
      insert.run(id, userId, name, secretHash, createdAt, lastUsedAt, expiresAt);
    },
    byId: async (id) => {
      const row = byId.get(id);
      return row === undefined ? null : record(row);
    },
    listByUser: async (userId) => listByUser.all(userId).map(record),
    touch: async (id, lastUsedAt) => void touch.run(lastUsedAt, id),
    delete: async (userId, id) => remove.run(userId, id).changes === 1,
    deleteByUser: async (userId) => void removeByUser.run(userId),
  };
}
