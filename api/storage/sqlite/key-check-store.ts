import type { DatabaseSync } from "node:sqlite";
import type { KeyCheckStore } from "../../ports/stores.ts";

export function sqliteKeyCheckStore(db: DatabaseSync): KeyCheckStore {
  const put = db.prepare("INSERT INTO key_checks VALUES (?, ?) ON CONFLICT DO NOTHING");
  const get = db.prepare("SELECT value FROM key_checks WHERE name = ?");
  const any = db.prepare("SELECT 1 FROM key_checks LIMIT 1");
  return {
    getOrPut: async (name, value) => {
      put.run(name, value);
      return String(get.get(name)?.value);
    },
    any: async () => any.get() !== undefined,
  };
}
