import type { DatabaseSync } from "node:sqlite";
import type { InstructionRecord, InstructionStore } from "../../ports/instruction-store.ts";

const COLUMNS = "user_id AS userId, server, version, text, before, seen_at AS seenAt";

export function sqliteInstructionStore(db: DatabaseSync): InstructionStore {
  const get = db.prepare(`SELECT ${COLUMNS} FROM instructions WHERE user_id = ? AND server = ?`);
  const put = db.prepare("INSERT OR REPLACE INTO instructions VALUES (?, ?, ?, ?, ?, ?)");
  const deleteByServer = db.prepare("DELETE FROM instructions WHERE server = ?");
  const deleteByUser = db.prepare("DELETE FROM instructions WHERE user_id = ?");
  return {
    get: async (userId, server) => (get.get(userId, server) as InstructionRecord | undefined) ?? null,
    put: async ({ userId, server, version, text, before, seenAt }) => void put.run(userId, server, version, text, before, seenAt),
    deleteByServer: async (server) => void deleteByServer.run(server),
    deleteByUser: async (userId) => void deleteByUser.run(userId),
  };
}
