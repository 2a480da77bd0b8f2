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
    all: async () => {
      const found = await checks.find({}).lean<KeyCheckDocument[]>();
      return Object.fromEntries(found.map(({ _id, value }) => [_id, value]));
    },
    replace: async (name, from, to) => {
      const { matchedCount } = await checks.updateOne({ _id: exact(name), value: exact(from) }, { $set: { value: to } });
      return matchedCount === 1;
    },
    remove: async (name) => {
      await checks.deleteOne({ _id: exact(name) });
    },
  };
}
