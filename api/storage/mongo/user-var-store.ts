import type { Connection } from "mongoose";
import type { SealedValue } from "../../ports/sealed-value.ts";
import type { UserVarStore } from "../../ports/stores.ts";
import { openCollection, unlessTaken } from "./collection.ts";
import { exact } from "./exact.ts";
import { SEALED_FIELDS, sealedOf } from "./sealed-fields.ts";

/** All values of one user for one server: a whole document at a time, so that a set is all or nothing. */
interface UserVarsDocument {
  _id: string;
  userId: string;
  server: string;
  values: (SealedValue & { name: string })[];
  /** Changes with every write; a write on top of an old one does not happen. */
  revision: number;
}

/** Each round one writer wins; this many losses in a row are a fault, not a crowd. */
const MAX_ROUNDS = 200;

export async function mongoUserVarStore(connection: Connection): Promise<UserVarStore> {
  const sealed = { ...SEALED_FIELDS.type, name: String };
  const documents = await openCollection<UserVarsDocument>(
    connection,
    "user_vars",
    { _id: String, userId: String, server: String, values: [sealed], revision: Number },
    [{ fields: { userId: 1 } }],
  );
  const idOf = (userId: string, server: string) => JSON.stringify([exact(userId), exact(server)]);
  const read = (_id: string) => documents.findOne({ _id }).lean<UserVarsDocument>();

  /** False when somebody else wrote in between. */
  async function change(userId: string, server: string, values: Record<string, SealedValue | null>): Promise<boolean> {
    const _id = idOf(userId, server);
    const found = await read(_id);
    const kept = (found?.values ?? []).filter(({ name }) => !Object.hasOwn(values, name));
    const added = Object.entries(values).flatMap(([name, value]) => (value === null ? [] : { name, ...value }));
    const next = [...kept, ...added];
    if (found === null) return unlessTaken(documents.create({ _id, userId, server, values: next, revision: 1 }));
    const { revision } = found;
    const { matchedCount } = await documents.updateOne({ _id, revision }, { $set: { values: next, revision: revision + 1 } });
    return matchedCount === 1;
  }

  return {
    get: async (userId, server) => {
      const found = await read(idOf(userId, server));
      return Object.fromEntries((found?.values ?? []).map((value) => [value.name, sealedOf(value)]));
    },
    set: async (userId, server, values) => {
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        if (await change(userId, server, values)) return;
      }
      throw new Error("These values are being written by too many others at once.");
    },
    names: async (userId) => {
      const found = await documents.find({ userId: exact(userId) }).lean<UserVarsDocument[]>();
      return Object.fromEntries(
        found
          .filter(({ values }) => values.length > 0)
          .map(({ server, values }) => [server, values.map(({ name }) => name).sort()]),
      );
    },
    clear: async (userId, server) => {
      await documents.deleteOne({ _id: idOf(userId, server) });
    },
    clearUser: async (userId) => {
      await documents.deleteMany({ userId: exact(userId) });
    },
  };
}
