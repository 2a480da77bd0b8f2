import type { Connection } from "mongoose";
import type { KeyCheckStore } from "../../ports/stores.ts";
import { openCollection, unlessTaken } from "./collection.ts";
import { exact } from "./exact.ts";

interface KeyCheckDocument {
  _id: string;
  value: string;
}

export async function mongoKeyCheckStore(connection: Connection): Promise<KeyCheckStore> {
  const checks = await openCollection<KeyCheckDocument>(connection, "key_checks", { _id: String, value: String });
  return {
    getOrPut: async (name, value) => {
      if (await unlessTaken(checks.create({ _id: exact(name), value }))) return value;
      const kept = await checks.findOne({ _id: name }).lean<KeyCheckDocument>();
      if (kept === null) throw new Error(`The key check ${name} vanished while it was read.`);
      return kept.value;
    },
    any: async () => (await checks.exists({})) !== null,
  };
}
