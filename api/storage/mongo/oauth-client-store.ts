import type { Connection } from "mongoose";
import type { OAuthClientRecord, OAuthClientStore } from "../../ports/grant-store.ts";
import { openCollection, unlessTaken } from "./collection.ts";
import { exact } from "./exact.ts";
import { SEALED_FIELDS, sealedOf } from "./sealed-fields.ts";

type ClientDocument = Omit<OAuthClientRecord, "key"> & { _id: string };

export async function mongoOAuthClientStore(connection: Connection): Promise<OAuthClientStore> {
  const clients = await openCollection<ClientDocument>(connection, "oauth_clients", {
    _id: String,
    issuer: String,
    createdAt: Number,
    sealed: SEALED_FIELDS,
  });
  const get: OAuthClientStore["get"] = async (key) => {
    const found = await clients.findOne({ _id: exact(key) }).lean<ClientDocument>();
    return found === null ? null : { key, issuer: found.issuer, createdAt: found.createdAt, sealed: sealedOf(found.sealed) };
  };
  return {
    get,
    getOrPut: async (client) => {
      const { key, ...rest } = client;
      if (await unlessTaken(clients.create({ _id: exact(key), ...rest }))) return client;
      return (await get(key)) ?? client;
    },
    delete: async (key) => {
      await clients.deleteOne({ _id: exact(key) });
    },
  };
}
