import type { Connection } from "mongoose";
import type { ServerRecord, ServerStore } from "../../ports/stores.ts";
import { openCollection, unlessTaken } from "./collection.ts";
import { exact } from "./exact.ts";

type ServerDocument = Omit<ServerRecord, "name"> & { _id: string };

export async function mongoServerStore(connection: Connection): Promise<ServerStore> {
  const servers = await openCollection<ServerDocument>(connection, "servers", {
    _id: String,
    ownerId: String,
    config: String,
    createdAt: Number,
    updatedAt: Number,
  });

  function record({ _id, ownerId, config, createdAt, updatedAt }: ServerDocument): ServerRecord {
    return { name: _id, ownerId, config, createdAt, updatedAt };
  }

  return {
    insert: ({ name, ...rest }) => unlessTaken(servers.create({ _id: name, ...rest })),
    byName: async (name) => {
      const found = await servers.findOne({ _id: exact(name) }).lean<ServerDocument>();
      return found === null ? null : record(found);
    },
    list: async () => (await servers.find({}).sort({ createdAt: 1, _id: 1 }).lean<ServerDocument[]>()).map(record),
    update: async (name, { config, updatedAt }) => {
      const { matchedCount } = await servers.updateOne({ _id: exact(name) }, { $set: { config, updatedAt } });
      return matchedCount === 1;
    },
    delete: async (name) => (await servers.deleteOne({ _id: exact(name) })).deletedCount === 1,
  };
}
