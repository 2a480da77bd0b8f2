import type { Connection } from "mongoose";
import type { GrantRecord, GrantStore } from "../../ports/grant-store.ts";
import { openCollection, unlessTaken } from "./collection.ts";
import { exact } from "./exact.ts";
import { SEALED_FIELDS, sealedOf } from "./sealed-fields.ts";

interface GrantDocument extends GrantRecord {
  _id: string;
}

/** `name`: which of the two. */
export async function mongoGrantStore(connection: Connection, name: "grants" | "openid_grants"): Promise<GrantStore> {
  const grants = await openCollection<GrantDocument>(
    connection,
    name,
    {
      _id: String,
      userId: String,
      server: String,
      generation: Number,
      issuer: String,
      scopes: [String],
      grantedAt: Number,
      refreshedAt: Number,
      expiresAt: Number,
      sealed: SEALED_FIELDS,
    },
    [{ fields: { userId: 1 } }],
  );
  const idOf = (userId: string, server: string) => JSON.stringify([exact(userId), exact(server)]);
  const record = ({ _id, ...grant }: GrantDocument): GrantRecord => ({ ...grant, sealed: sealedOf(grant.sealed) });
  return {
    get: async (userId, server) => {
      const found = await grants.findOne({ _id: idOf(userId, server) }).lean<GrantDocument>();
      return found === null ? null : record(found);
    },
    put: async (grant, replaces) => {
      const _id = idOf(grant.userId, grant.server);
      if (replaces === null) return unlessTaken(grants.create({ _id, ...grant }));
      const { matchedCount } = await grants.updateOne({ _id, generation: replaces }, { $set: { ...grant } });
      return matchedCount === 1;
    },
    remove: async (userId, server, generation) => {
      const { deletedCount } = await grants.deleteOne({ _id: idOf(userId, server), generation });
      return deletedCount === 1;
    },
    listByUser: async (userId) => {
      const found = await grants
        .find({ userId: exact(userId) })
        .sort({ server: 1 })
        .lean<GrantDocument[]>();
      return found.map(record);
    },
    list: async () => (await grants.find().sort({ userId: 1, server: 1 }).lean<GrantDocument[]>()).map(record),
    deleteByUser: async (userId) => {
      await grants.deleteMany({ userId: exact(userId) });
    },
  };
}
