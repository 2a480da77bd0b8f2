import type { Connection } from "mongoose";
import type { ApiKeyRecord, ApiKeyStore } from "../../ports/stores.ts";
import { openCollection } from "./collection.ts";
import { exact } from "./exact.ts";

type ApiKeyDocument = Omit<ApiKeyRecord, "id"> & { _id: string };

export async function mongoApiKeyStore(connection: Connection): Promise<ApiKeyStore> {
  const keys = await openCollection<ApiKeyDocument>(
    connection,
    "api_keys",
    {
      _id: String,
      userId: String,
      name: String,
      secretHash: String,
      createdAt: Number,
      lastUsedAt: Number,
      expiresAt: Number,
    },
    [{ fields: { userId: 1 } }],
  );

  function record({ _id, userId, name, secretHash, createdAt, lastUsedAt, expiresAt }: ApiKeyDocument): ApiKeyRecord {
    return { id: _id, userId, name, secretHash, createdAt, lastUsedAt, expiresAt };
  }

  return {
    insert: async ({ id, ...rest }) => {
      await keys.create({ _id: id, ...rest });
    },
    byId: async (id) => {
      const found = await keys.findOne({ _id: exact(id) }).lean<ApiKeyDocument>();
      return found === null ? null : record(found);
    },
    listByUser: async (userId) => {
      const found = await keys
        .find({ userId: exact(userId) })
        .sort({ createdAt: 1, _id: 1 })
        .lean<ApiKeyDocument[]>();
      return found.map(record);
    },
    touch: async (id, lastUsedAt) => {
      await keys.updateOne({ _id: exact(id) }, { $set: { lastUsedAt } });
    },
    delete: async (userId, id) => (await keys.deleteOne({ _id: exact(id), userId: exact(userId) })).deletedCount === 1,
    deleteByUser: async (userId) => {
      await keys.deleteMany({ userId: exact(userId) });
    },
  };
}
