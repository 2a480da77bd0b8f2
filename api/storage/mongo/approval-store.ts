import type { Connection } from "mongoose";
import type { ApprovalRecord, ApprovalStore } from "../../ports/permission-store.ts";
import { openCollection } from "./collection.ts";
import { exact } from "./exact.ts";

type ApprovalDocument = Omit<ApprovalRecord, "id"> & { _id: string };

const MAX_OVERDUE = 100;

export async function mongoApprovalStore(connection: Connection): Promise<ApprovalStore> {
  const approvals = await openCollection<ApprovalDocument>(
    connection,
    "approvals",
    {
      _id: String,
      userId: String,
      server: String,
      tool: String,
      serverDigest: String,
      toolDigest: String,
      argumentDigest: String,
      arguments: String,
      question: String,
      context: String,
      state: String,
      reason: String,
      createdAt: Number,
      expiresAt: Number,
      endedAt: Number,
    },
    [{ fields: { userId: 1, state: 1 } }, { fields: { endedAt: 1, expiresAt: 1 } }],
  );
  const record = ({ _id, ...rest }: ApprovalDocument): ApprovalRecord => ({ id: _id, ...rest });
  return {
    insert: async ({ id, ...rest }) => {
      await approvals.create({ _id: id, ...rest });
    },
    get: async (id) => {
      const found = await approvals.findOne({ _id: exact(id) }).lean<ApprovalDocument>();
      return found === null ? null : record(found);
    },
    list: async (userId, state) => {
      const found = await approvals
        .find({ userId: exact(userId), state: { $in: [state] } })
        .sort({ createdAt: 1, _id: 1 })
        .lean<ApprovalDocument[]>();
      return found.map(record);
    },
    change: async (id, from, to) => {
      const { matchedCount } = await approvals.updateOne({ _id: exact(id), state: { $in: [from] } }, { $set: { ...to } });
      return matchedCount === 1;
    },
    overdue: async (now) => {
      const found = await approvals
        .find({ endedAt: null, expiresAt: { $lte: now } })
        .sort({ expiresAt: 1, _id: 1 })
        .limit(MAX_OVERDUE)
        .lean<ApprovalDocument[]>();
      return found.map(record);
    },
    deleteEndedBefore: async (endedAt) => {
      await approvals.deleteMany({ endedAt: { $lt: endedAt, $ne: null } });
    },
    deleteByUser: async (userId) => {
      await approvals.deleteMany({ userId: exact(userId) });
    },
  };
}
