import type { Connection } from "mongoose";
import type { PermissionRecord, PermissionStore } from "../../ports/permission-store.ts";
import { openCollection } from "./collection.ts";
import { exact } from "./exact.ts";

interface PermissionDocument extends PermissionRecord {
  _id: string;
}

export async function mongoPermissionStore(connection: Connection): Promise<PermissionStore> {
  const permissions = await openCollection<PermissionDocument>(
    connection,
    "permissions",
    {
      _id: String,
      userId: String,
      server: String,
      tool: String,
      permission: String,
      serverDigest: String,
      toolDigest: String,
      definition: String,
      setAt: Number,
    },
    [{ fields: { userId: 1 } }, { fields: { server: 1 } }],
  );
  const owner = (userId: string | null) => (userId === null ? null : exact(userId));
  const idOf = (userId: string | null, server: string, tool: string) =>
    JSON.stringify([owner(userId), exact(server), exact(tool)]);
  const record = ({ _id, ...rest }: PermissionDocument): PermissionRecord => rest;
  return {
    list: async (userId) => {
      const found = await permissions
        .find({ userId: owner(userId) })
        .sort({ server: 1, tool: 1 })
        .lean<PermissionDocument[]>();
      return found.map(record);
    },
    put: async (records) => {
      const operations = records.map((each) => ({
        replaceOne: {
          filter: { _id: idOf(each.userId, each.server, each.tool) },
          replacement: { ...each },
          upsert: true,
        },
      }));
      if (operations.length > 0) await permissions.bulkWrite(operations, { ordered: true });
    },
    remove: async (userId, server, tools) => {
      await permissions.deleteMany({ _id: { $in: tools.map((tool) => idOf(userId, server, tool)) } });
    },
    deleteByServer: async (server) => {
      await permissions.deleteMany({ server: exact(server) });
    },
    deleteByUser: async (userId) => {
      await permissions.deleteMany({ userId: exact(userId) });
    },
  };
}
