import type { DatabaseSync } from "node:sqlite";
import type { PermissionRecord, PermissionStore } from "../../ports/permission-store.ts";
import { transactions } from "./transaction.ts";

const COLUMNS = `user_id AS userId, server, tool, permission, server_digest AS serverDigest, tool_digest AS toolDigest,
  definition, set_at AS setAt`;

/** An admin's word for everybody has an empty `user_id`: a NULL would not be unique. */
export function sqlitePermissionStore(db: DatabaseSync): PermissionStore {
  const list = db.prepare(`SELECT ${COLUMNS} FROM permissions WHERE user_id = ? ORDER BY server, tool`);
  const put = db.prepare("INSERT OR REPLACE INTO permissions VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const remove = db.prepare("DELETE FROM permissions WHERE user_id = ? AND server = ? AND tool = ?");
  const deleteByServer = db.prepare("DELETE FROM permissions WHERE server = ?");
  const deleteByUser = db.prepare("DELETE FROM permissions WHERE user_id = ? AND user_id <> ''");
  const inOne = transactions(db);
  const record = (row: unknown): PermissionRecord => {
    const found = row as PermissionRecord;
    return { ...found, userId: found.userId === "" ? null : found.userId };
  };
  return {
    list: async (userId) => list.all(userId === null ? "" : userId).map(record),
    put: async (records) =>
      inOne(() => {
        for (const { userId, server, tool, permission, serverDigest, toolDigest, definition, setAt } of records)
          put.run(userId === null ? "" : userId, server, tool, permission, serverDigest, toolDigest, definition, setAt);
      }),
    remove: async (userId, server, tools) =>
      inOne(() => {
        for (const tool of tools) remove.run(userId === null ? "" : userId, server, tool);
      }),
    deleteByServer: async (server) => void deleteByServer.run(server),
    deleteByUser: async (userId) => void deleteByUser.run(userId),
  };
}
