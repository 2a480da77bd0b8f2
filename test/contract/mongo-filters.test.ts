import { randomBytes } from "node:crypto";
import mongoose from "mongoose";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openCollection } from "../../api/storage/mongo/collection.ts";
import { exact } from "../../api/storage/mongo/exact.ts";
import { openMongoStores } from "../../api/storage/mongo/mongo-stores.ts";
import { inDatabase, type MongoServer, startMongo } from "../support/mongo-server.ts";

let server: MongoServer;
beforeAll(async () => {
  server = await startMongo();
}, 60_000);
afterAll(() => server?.stop());

const fresh = () => inDatabase(server.uri, `patchbay_test_${randomBytes(8).toString("hex")}`);
async function drop(uri: string): Promise<void> {
  const connection = await mongoose.createConnection(uri).asPromise();
  await connection.dropDatabase();
  await connection.close();
}
const nobody = undefined as unknown as string;

it("[API-11] a filter with a misspelt field throws, and finds, changes and removes nothing", async () => {
  const connection = await mongoose.createConnection(fresh()).asPromise();
  try {
    const model = await openCollection<{ userId: string; name: string }>(connection, "filters", {
      userId: String,
      name: String,
    });
    await model.create([
      { userId: "ann", name: "a" },
      { userId: "bob", name: "b" },
    ]);
    const misspelt = { usrId: "ann" } as object;
    await expect(model.find(misspelt)).rejects.toThrow(/usrId/);
    await expect(model.updateMany(misspelt, { name: "x" })).rejects.toThrow(/usrId/);
    await expect(model.deleteMany(misspelt)).rejects.toThrow(/usrId/);
    await expect(model.updateMany({ userId: "ann" }, { nmae: "x" } as object)).rejects.toThrow(/nmae/);
    expect(() => model.find({ userId: exact(nobody) })).toThrow(TypeError);
    for (const operator of [{ $ne: null }, ["ann"], null, 1])
      expect(() => model.find({ userId: exact(operator as unknown as string) })).toThrow(TypeError);
    expect((await model.find({}).lean()).map(({ name }) => name).sort()).toEqual(["a", "b"]);
  } finally {
    if (server.persists) await connection.dropDatabase();
    await connection.close();
  }
});

it("[API-11] every way to somebody's rows throws without somebody, and touches nobody's", async () => {
  const uri = fresh();
  const stores = await openMongoStores(uri);
  try {
    await stores.sessions.insert({ id: "s", tokenHash: "t", userId: "ann", createdAt: 1, lastSeenAt: 1, expiresAt: 9e12 });
    const { userVars, sessions, apiKeys, oneTimeTokens, calls, grants, openIdGrants, flows, accounts } = stores;
    const ways: Record<string, () => Promise<unknown>> = {
      "values, read": () => userVars.get(nobody, "s"),
      "values, written": () => userVars.set(nobody, "s", {}),
      "values, their names": () => userVars.names(nobody),
      "values, cleared": () => userVars.clear(nobody, "s"),
      "values, all cleared": () => userVars.clearUser(nobody),
      "sessions, read": () => sessions.idsByUser(nobody),
      "sessions, ended": () => sessions.deleteByUser(nobody),
      "a session, by its token": () => sessions.byTokenHash(nobody, 1),
      "API keys, read": () => apiKeys.listByUser(nobody),
      "an API key, removed": () => apiKeys.delete(nobody, "k"),
      "API keys, removed": () => apiKeys.deleteByUser(nobody),
      "invitations, removed": () => oneTimeTokens.deleteByUser(nobody),
      "calls, read": () => calls.page(nobody, { limit: 1 }),
      "calls, trimmed": () => calls.trim(nobody, 0),
      "calls, removed": () => calls.deleteByUser(nobody),
      "sign-ins, read": () => grants.get(nobody, "s"),
      "sign-ins, listed": () => grants.listByUser(nobody),
      "sign-ins, removed": () => grants.deleteByUser(nobody),
      "platform sign-ins, removed": () => openIdGrants.deleteByUser(nobody),
      "sign-ins under way": () => flows.unfinished(nobody, "s", 1),
      "sign-ins under way, removed": () => flows.deleteByUser(nobody),
      "an account": () => accounts.byId(nobody),
      "an account, removed": () => accounts.delete(nobody),
    };
    for (const [name, way] of Object.entries(ways)) await expect((async () => way())(), name).rejects.toThrow(TypeError);
    expect(await sessions.idsByUser("ann")).toEqual(["s"]);
  } finally {
    await stores.close();
    if (server.persists) await drop(uri);
  }
});
