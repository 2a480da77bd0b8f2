import type { DatabaseSync } from "node:sqlite";
import { sealedFrom } from "../../ports/sealed-value.ts";
import type { UserVarStore } from "../../ports/stores.ts";
import { transaction } from "./transaction.ts";

export function sqliteUserVarStore(db: DatabaseSync): UserVarStore {
  const get = db.prepare("SELECT name, sealed FROM user_vars WHERE user_id = ? AND server = ?");
  const put = db.prepare("INSERT OR REPLACE INTO user_vars VALUES (?, ?, ?, ?)");
  const remove = db.prepare("DELETE FROM user_vars WHERE user_id = ? AND server = ? AND name = ?");
  const names = db.prepare("SELECT server, name FROM user_vars WHERE user_id = ? ORDER BY server, name");
  const clear = db.prepare("DELETE FROM user_vars WHERE user_id = ? AND server = ?");
  const clearUser = db.prepare("DELETE FROM user_vars WHERE user_id = ?");
  return {
    get: async (userId, server) => {
      const rows = get.all(userId, server) as unknown as { name: string; sealed: string }[];
      return Object.fromEntries(rows.map(({ name, sealed }) => [name, sealedFrom(sealed)]));
    },
    set: async (userId, server, values) =>
      transaction(db, () => {
        for (const [name, sealed] of Object.entries(values)) {
          if (sealed === null) remove.run(userId, server, name);
          else put.run(userId, server, name, JSON.stringify(sealed));
        }
      }),
    names: async (userId) => {
      const rows = names.all(userId) as unknown as { server: string; name: string }[];
      const byServer = Map.groupBy(rows, (row) => row.server);
      return Object.fromEntries([...byServer].map(([server, found]) => [server, found.map((row) => row.name)]));
    },
    clear: async (userId, server) => void clear.run(userId, server),
    clearUser: async (userId) => void clearUser.run(userId),
  };
}
