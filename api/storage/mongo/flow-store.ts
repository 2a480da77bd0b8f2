import type { Connection } from "mongoose";
import type { FlowRecord, FlowStore } from "../../ports/flow-store.ts";
import { openCollection } from "./collection.ts";
import { exact } from "./exact.ts";
import { SEALED_FIELDS, sealedOf } from "./sealed-fields.ts";

interface FlowDocument extends Omit<FlowRecord, "id" | "forgetAt"> {
  _id: string;
  /** A date, because only dates expire by index. */
  forgetAt: Date;
}

export async function mongoFlowStore(connection: Connection): Promise<FlowStore> {
  const flows = await openCollection<FlowDocument>(
    connection,
    "flows",
    {
      _id: String,
      stateHash: String,
      userId: String,
      server: String,
      browserHash: String,
      status: String,
      code: String,
      message: String,
      createdAt: Number,
      expiresAt: Number,
      forgetAt: Date,
      sealed: SEALED_FIELDS,
    },
    [
      { fields: { stateHash: 1 }, options: { unique: true } },
      { fields: { userId: 1, server: 1 } },
      { fields: { forgetAt: 1 }, options: { expireAfterSeconds: 0 } },
    ],
  );
  const record = (found: FlowDocument | null): FlowRecord | null => {
    if (found === null) return null;
    const { _id, forgetAt, sealed, ...rest } = found;
    return { id: _id, ...rest, forgetAt: forgetAt.getTime(), sealed: sealed === null ? null : sealedOf(sealed) };
  };
  const open = (now: number) => ({ status: "pending" as const, expiresAt: { $gt: now } });
  return {
    insert: async ({ id, forgetAt, ...flow }) => {
      await flows.deleteMany({ forgetAt: { $lte: new Date(flow.createdAt) } });
      await flows.create({ _id: id, forgetAt: new Date(forgetAt), ...flow });
    },
    byId: async (id) => record(await flows.findOne({ _id: exact(id) }).lean<FlowDocument>()),
    byState: async (stateHash) => record(await flows.findOne({ stateHash: exact(stateHash) }).lean<FlowDocument>()),
    unfinished: async (userId, server, now) => {
      const filter = { ...open(now), status: { $in: ["pending" as const, "taken" as const] } };
      const found = await flows
        .find({ userId: exact(userId), server: exact(server), ...filter })
        .sort({ createdAt: -1, _id: 1 })
        .lean<FlowDocument[]>();
      return found.flatMap((each) => record(each) ?? []);
    },
    take: async (id, now) => {
      const filter = { _id: exact(id), ...open(now) };
      const taken = await flows.findOneAndUpdate(filter, { $set: { status: "taken" } }, { returnDocument: "after" });
      return record(taken === null ? null : taken.toObject<FlowDocument>());
    },
    end: async (id, { status, code, message }) => {
      const { matchedCount } = await flows.updateOne(
        { _id: exact(id), status: { $in: ["pending", "taken"] } },
        { $set: { status, code, message, sealed: null } },
      );
      return matchedCount === 1;
    },
    deleteByUser: async (userId) => {
      await flows.deleteMany({ userId: exact(userId) });
    },
  };
}
