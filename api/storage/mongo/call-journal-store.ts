import type { Connection } from "mongoose";
import type { CallJournalStore, CallRecord } from "../../ports/stores.ts";
import { openCollection } from "./collection.ts";
import { exact } from "./exact.ts";

type CallDocument = Omit<CallRecord, "id"> & { _id: string };

export async function mongoCallJournalStore(connection: Connection): Promise<CallJournalStore> {
  const calls = await openCollection<CallDocument>(
    connection,
    "calls",
    {
      _id: String,
      userId: String,
      callId: String,
      server: String,
      tool: String,
      toolDigest: String,
      argumentDigest: String,
      state: String,
      startedAt: Number,
      endedAt: Number,
      code: String,
    },
    [{ fields: { userId: 1, _id: 1 } }, { fields: { startedAt: 1 } }, { fields: { state: 1 } }],
  );

  const record = ({ _id, ...rest }: CallDocument): CallRecord => ({ id: _id, ...rest });
  const NEWEST_FIRST = { _id: -1 } as const;
  const olderThan = ({ _id }: CallDocument) => ({ _id: { $lt: _id } });

  return {
    write: async (records) => {
      // In the order given: the last word on a call is the last one here.
      const operations = records.map(({ id, state, endedAt, code, ...rest }) => ({
        updateOne: { filter: { _id: exact(id) }, update: { $set: { state, endedAt, code }, $setOnInsert: rest }, upsert: true },
      }));
      if (operations.length > 0) await calls.bulkWrite(operations, { ordered: true });
    },
    page: async (userId, { limit, before }) => {
      const filter = { userId: exact(userId) };
      if (before === undefined)
        return (await calls.find(filter).sort(NEWEST_FIRST).limit(limit).lean<CallDocument[]>()).map(record);
      const at = await calls.findOne({ _id: exact(before), ...filter }).lean<CallDocument>();
      if (at === null) return [];
      const found = await calls
        .find({ ...filter, ...olderThan(at) })
        .sort(NEWEST_FIRST)
        .limit(limit)
        .lean<CallDocument[]>();
      return found.map(record);
    },
    endRunning: async (now) =>
      (await calls.updateMany({ state: "running" }, { $set: { state: "unknown", endedAt: now } })).modifiedCount,
    trim: async (userId, keep) => {
      const filter = { userId: exact(userId) };
      const last = await calls.findOne(filter).sort(NEWEST_FIRST).skip(keep).lean<CallDocument>();
      if (last === null) return;
      await calls.deleteMany({ ...filter, ...olderThan(last) });
      await calls.deleteOne({ _id: last._id });
    },
    deleteBefore: async (startedAt) => {
      await calls.deleteMany({ startedAt: { $lt: startedAt } });
    },
    deleteByUser: async (userId) => {
      await calls.deleteMany({ userId: exact(userId) });
    },
  };
}
