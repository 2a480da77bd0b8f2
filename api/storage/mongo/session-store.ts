import type { Connection } from "mongoose";
import type { SessionStore } from "../../ports/stores.ts";
import { openCollection } from "./collection.ts";
import { exact } from "./exact.ts";

interface SessionDocument {
  _id: string;
  tokenHash: string;
  userId: string;
  createdAt: number;
  lastSeenAt: number;
  /** A date, because only dates expire by index; that is housekeeping, every read checks by itself. */
  expiresAt: Date;
}

export async function mongoSessionStore(connection: Connection): Promise<SessionStore> {
  const sessions = await openCollection<SessionDocument>(
    connection,
    "sessions",
    { _id: String, tokenHash: String, userId: String, createdAt: Number, lastSeenAt: Number, expiresAt: Date },
    [
      { fields: { tokenHash: 1 }, options: { unique: true } },
      { fields: { userId: 1 } },
      { fields: { expiresAt: 1 }, options: { expireAfterSeconds: 0 } },
    ],
  );
  return {
    insert: async ({ id, tokenHash, userId, createdAt, lastSeenAt, expiresAt }) => {
      await sessions.create({ _id: id, tokenHash, userId, createdAt, lastSeenAt, expiresAt: new Date(expiresAt) });
    },
    byTokenHash: async (tokenHash, now) => {
      const found = await sessions
        .findOne({ tokenHash: exact(tokenHash), expiresAt: { $gt: new Date(now) } })
        .lean<SessionDocument>();
      if (found === null) return null;
      const { _id, userId, createdAt, lastSeenAt, expiresAt } = found;
      return { id: _id, tokenHash, userId, createdAt, lastSeenAt, expiresAt: expiresAt.getTime() };
    },
    alive: async (ids, now) => {
      const filter = { _id: { $in: ids.map(exact) }, expiresAt: { $gt: new Date(now) } };
      return (await sessions.find(filter, { _id: 1 }).lean<Pick<SessionDocument, "_id">[]>()).map(({ _id }) => _id);
    },
    touch: async (id, lastSeenAt) => {
      await sessions.updateOne({ _id: exact(id) }, { $set: { lastSeenAt } });
    },
    delete: async (id) => {
      await sessions.deleteOne({ _id: exact(id) });
    },
    idsByUser: async (userId) => (await sessions.find({ userId: exact(userId) }).lean<SessionDocument[]>()).map(({ _id }) => _id),
    deleteByUser: async (userId) => {
      await sessions.deleteMany({ userId: exact(userId) });
    },
    deleteExpired: async (now) => {
      await sessions.deleteMany({ expiresAt: { $lte: new Date(now) } });
    },
  };
}
