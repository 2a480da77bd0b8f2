import type { Connection } from "mongoose";
import type { GrantLock } from "../../ports/grant-store.ts";
import { openCollection, unlessTaken } from "./collection.ts";
import { exact } from "./exact.ts";

interface LockDocument {
  _id: string;
  holder: string;
  until: number;
}

export async function mongoGrantLock(connection: Connection): Promise<GrantLock> {
  const locks = await openCollection<LockDocument>(connection, "grant_locks", { _id: String, holder: String, until: Number });
  return {
    take: async (key, holder, { now, until }) => {
      const mayTake = { _id: exact(key), $or: [{ until: { $lte: now } }, { holder: exact(holder) }] };
      const { matchedCount } = await locks.updateOne(mayTake, { $set: { holder, until } });
      return matchedCount === 1 || unlessTaken(locks.create({ _id: key, holder, until }));
    },
    release: async (key, holder) => {
      await locks.deleteOne({ _id: exact(key), holder: exact(holder) });
    },
  };
}
