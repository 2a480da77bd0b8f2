import { describe, expect, it } from "vitest";
import type { SealedValue } from "../../api/ports/sealed-value.ts";
import type { SealedRow } from "../../api/ports/sealed-values.ts";
import type { Stores } from "../../api/ports/stores.ts";
import { freshStores, type Open, winners } from "./open-stores.ts";
import { sealedSample } from "./sealed-sample.ts";

/** No two values that were really sealed have the same nonce. */
const sample = (text: string): SealedValue => ({ ...sealedSample(text), nonce: Buffer.from(text).toString("base64url") });
/** Far away: what has an end in the past is swept away by the database itself. */
const NOW = 9_000_000_000_000;

/** One of each kind, and a flow that has ended, which holds none. */
async function fill({ userVars, servers, grants, oauthClients, flows }: Stores): Promise<void> {
  await userVars.set("ann", "desk", { KEY: sample("var-1"), "a.b": sample("var-2") });
  await servers.insert({ name: "mine", ownerId: "ann", config: JSON.stringify(sample("server")), createdAt: 1, updatedAt: 1 });
  const grant = { userId: "ann", server: "desk", issuer: "https://as", scopes: ["a"], generation: 1, sealed: sample("grant") };
  await grants.put({ ...grant, grantedAt: 1, refreshedAt: null, expiresAt: null }, null);
  await oauthClients.getOrPut({ key: "client", issuer: "https://as", createdAt: 1, sealed: sample("client") });
  const flow = { userId: "ann", server: "desk", browserHash: "b", status: "pending", code: null, message: null } as const;
  const times = { createdAt: NOW, expiresAt: NOW + 600, forgetAt: NOW + 900 };
  await flows.insert({ ...flow, ...times, id: "f1", stateHash: "s1", sealed: sample("flow") });
  await flows.insert({ ...flow, ...times, id: "f2", stateHash: "s2", sealed: null });
}

async function allOf({ sealedValues }: Stores): Promise<SealedRow[]> {
  return Array.fromAsync(sealedValues.all());
}

const texts = (rows: SealedRow[]) => rows.map(({ sealed }) => Buffer.from(sealed.ciphertext, "base64url").toString()).sort();

export function describeSealedValues(name: string, open: Open): void {
  describe(`${name} has SealedValues`, () => {
    const fresh = freshStores(open);

    it("that are seen wherever they rest", async () => {
      const { stores } = fresh.now;
      expect(await allOf(stores)).toEqual([]);
      await fill(stores);
      const rows = await allOf(stores);
      expect(texts(rows)).toEqual(["client", "flow", "grant", "server", "var-1", "var-2"]);
      expect(rows.find(({ sealed }) => sealed.ciphertext === sample("grant").ciphertext)?.sealed).toEqual(sample("grant"));
      expect(new Set(rows.map(({ id }) => id)).size).toBe(6);
    });

    it("that are exchanged one by one, whatever surrounds them", async () => {
      const { stores } = fresh.now;
      await fill(stores);
      for (const row of await allOf(stores)) {
        const next = sample(`new ${Buffer.from(row.sealed.ciphertext, "base64url")}`);
        expect(await stores.sealedValues.exchange(row, next)).toBe(true);
      }
      const { userVars, servers, grants, oauthClients, flows } = stores;
      expect(await userVars.get("ann", "desk")).toEqual({ KEY: sample("new var-1"), "a.b": sample("new var-2") });
      expect(await servers.byName("mine")).toMatchObject({ config: JSON.stringify(sample("new server")), updatedAt: 1 });
      expect(await grants.get("ann", "desk")).toMatchObject({ generation: 1, scopes: ["a"], sealed: sample("new grant") });
      expect(await oauthClients.get("client")).toMatchObject({ sealed: sample("new client") });
      expect(await flows.byId("f1")).toMatchObject({ status: "pending", sealed: sample("new flow") });
      expect(await flows.byId("f2")).toMatchObject({ sealed: null });
    });

    it("that stay as somebody else has left them meanwhile", async () => {
      const { stores } = fresh.now;
      const { userVars, servers, grants, oauthClients, flows } = stores;
      await fill(stores);
      const rows = await allOf(stores);
      await userVars.set("ann", "desk", { KEY: sample("newer"), "a.b": null });
      await servers.update("mine", { config: JSON.stringify(sample("newer")), updatedAt: 2 });
      const grant = await grants.get("ann", "desk");
      if (grant !== null) await grants.put({ ...grant, generation: 2, sealed: sample("newer") }, 1);
      await oauthClients.delete("client");
      await flows.end("f1", { status: "done", code: null, message: null });
      const left = await allOf(stores);
      for (const row of rows) expect(await stores.sealedValues.exchange(row, sample("older"))).toBe(false);
      expect(await allOf(stores)).toEqual(left);
      expect(texts(left)).toEqual(["newer", "newer", "newer"]);
    });

    it("that are exchanged by one of many", async () => {
      const { stores } = fresh.now;
      await fill(stores);
      for (const row of await allOf(stores))
        expect(await winners((nth) => stores.sealedValues.exchange(row, sample(`${row.id}-${nth}`)))).toBe(1);
    });

    it("that are seen when there are many of them", async () => {
      const { stores } = fresh.now;
      const names = Array.from({ length: 30 }, (_, nth) => `VAR_${nth}`);
      for (let user = 0; user < 20; user += 1)
        await stores.userVars.set(
          `user-${user}`,
          "desk",
          Object.fromEntries(names.map((one) => [one, sample(`${user} ${one}`)])),
        );
      for (let user = 0; user < 250; user += 1) await stores.userVars.set(`one-${user}`, "desk", { KEY: sample(`one-${user}`) });
      expect(new Set(texts(await allOf(stores))).size).toBe(850);
    });

    it("that can be taken away, and nothing else with them", async () => {
      const { stores } = fresh.now;
      await fill(stores);
      await stores.keyChecks.getOrPut("root", "one");
      const [stale, ...rows] = (await allOf(stores)).reverse();
      for (const row of rows) expect(await stores.sealedValues.remove(row)).toBe(true);
      for (const row of rows) expect(await stores.sealedValues.remove(row)).toBe(false);
      if (stale !== undefined) {
        const old = { ...stale, sealed: sample("before") };
        expect(await stores.sealedValues.remove(old)).toBe(false);
        expect(await allOf(stores)).toEqual([stale]);
        expect(await stores.sealedValues.remove(stale)).toBe(true);
      }
      expect(await allOf(stores)).toEqual([]);
      expect(await stores.userVars.names("ann")).toEqual({});
      expect(await stores.servers.list()).toEqual([]);
      expect(await stores.keyChecks.all()).toEqual({ root: "one" });
    });

    it("of which some were never sealed: they are seen as values that nothing opens, and can be taken away", async () => {
      const { stores } = fresh.now;
      await stores.servers.insert({ name: "plain", ownerId: "ann", config: "{not sealed", createdAt: 1, updatedAt: 1 });
      const [row, ...others] = await allOf(stores);
      expect([row?.sealed.kid, others]).toEqual(["", []]);
      expect(row && (await stores.sealedValues.remove(row))).toBe(true);
      expect(await stores.servers.list()).toEqual([]);
    });
  });
}
