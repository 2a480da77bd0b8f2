import type { DatabaseSync } from "node:sqlite";
import type { ServerRecord, ServerStore } from "../../ports/stores.ts";

const COLUMNS = "name, owner_id AS ownerId, config, created_at AS createdAt, updated_at AS updatedAt";

export function sqliteServerStore(db: DatabaseSync): ServerStore {
  const insert = db.prepare("INSERT INTO servers VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
  const byName = db.prepare(`SELECT ${COLUMNS} FROM servers WHERE name = ?`);
  const list = db.prepare(`SELECT ${COLUMNS} FROM servers ORDER BY created_at, name`);
  const update = db.prepare("UPDATE servers SET config = ?, updated_at = ? WHERE name = ?");
  const remove = db.prepare("DELETE FROM servers WHERE name = ?");
  const record = (row: unknown): ServerRecord => ({ ...(row as ServerRecord) });
  return {
    insert: async ({ name, ownerId, config, createdAt, updatedAt }) =>
      insert.run(name, ownerId, config, createdAt, updatedAt).changes === 1,
    byName: async (name) => {
      const row = byName.get(name);
      return row === undefined ? null : record(row);
    },
    list: async () => list.all().map(record),
    update: async (name, { config, updatedAt }) => update.run(config, updatedAt, name).changes === 1,
    delete: async (name) => remove.run(name).changes === 1,
  };
}
