import type { DatabaseSync } from "node:sqlite";
import type { KeyCheckStore } from "../../ports/stores.ts";

export function sqliteKeyCheckStore(db: DatabaseSync): KeyCheckStore {
  const put = db.prepare("INSERT INTO key_checks VALUES (?, ?) ON CONFLICT DO NOTHING");
  const get = db.prepare("SELECT value FROM key_checks WHERE name = ?");
  const all = db.prepare("SELECT name, value FROM key_checks");
  const replace = db.prepare("UPDATE key_checks SET value = ? WHERE name = ? AND value = ?");
  const remove = db.prepare("DELETE FROM key_checks WHERE name = ?");
  return {
    getOrPut: async (name, value) => {
      put.run(name, value);
      return String(get.get(name)?.value);
    },
    all: async () => Object.fromEntries(all.all().map(({ name, value }) => [String(name), String(value)])),
    replace: async (name, from, to) => replace.run(to, name, from).changes === 1,
    remove: async (name) => void remove.run(name),
  };
}
