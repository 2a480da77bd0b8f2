import { randomBytes } from "node:crypto";
import mongoose from "mongoose";
import { afterAll, beforeAll } from "vitest";
import { openMongoStores } from "../../api/storage/mongo/mongo-stores.ts";
import { inDatabase, type MongoServer, startMongo } from "../support/mongo-server.ts";
import type { Open } from "./open-stores.ts";
import { describeStores } from "./stores.contract.ts";

let server: MongoServer;
beforeAll(async () => {
  server = await startMongo();
}, 60_000);
afterAll(() => server?.stop());

const open: Open = async () => {
  const uri = inDatabase(server.uri, `patchbay_test_${randomBytes(8).toString("hex")}`);
  let stores = await openMongoStores(uri);
  return {
    stores,
    reopen: async () => {
      await stores.close();
      stores = await openMongoStores(uri);
      return stores;
    },
    dispose: async () => {
      await stores.close();
      if (server.persists) await dropDatabase(uri);
    },
  };
};

async function dropDatabase(uri: string): Promise<void> {
  const connection = await mongoose.createConnection(uri).asPromise();
  await connection.dropDatabase();
  await connection.close();
}

describeStores("MongoDB", open);
