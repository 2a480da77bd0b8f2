import { describe, expect, it } from "vitest";
import type { GrantRecord } from "../../api/ports/grant-store.ts";
import { freshStores, NOT_TEXT, type Open, winners } from "./open-stores.ts";
import { sealedSample } from "./sealed-sample.ts";

function grant(change: Partial<GrantRecord> = {}): GrantRecord {
  return {
    userId: "ann",
    server: "github",
    generation: 1,
    issuer: "https://as.example",
    scopes: ["read", "write"],
    grantedAt: 10,
    refreshedAt: null,
    expiresAt: 1_000,
    sealed: sealedSample("tokens"),
    ...change,
  };
}

export function describeGrantStore(name: string, open: Open, which: "grants" | "openIdGrants" = "grants"): void {
  describe(`${name} is a GrantStore (${which})`, () => {
    const fresh = freshStores(open);

    it("keeps users and servers apart, over a restart too", async () => {
      const { [which]: grants } = fresh.now.stores;
      expect(await grants.put(grant(), null)).toBe(true);
      expect(await grants.put(grant({ userId: "bob", expiresAt: null, scopes: [] }), null)).toBe(true);
      expect(await grants.get("ann", "git")).toBeNull();
      const after = (await fresh.now.reopen())[which];
      expect(await after.get("ann", "github")).toEqual(grant());
      expect(await after.listByUser("bob")).toEqual([grant({ userId: "bob", expiresAt: null, scopes: [] })]);
      expect((await after.list()).map(({ userId }) => userId)).toEqual(["ann", "bob"]);
    });

    it("takes a writer who has read what is there, and none who comes late", async () => {
      const { [which]: grants } = fresh.now.stores;
      expect(await grants.put(grant(), 1)).toBe(false);
      await grants.put(grant(), null);
      expect(await grants.put(grant(), null)).toBe(false);
      const second = grant({ generation: 2, refreshedAt: 20, sealed: sealedSample("second") });
      expect(await grants.put(second, 1)).toBe(true);
      expect(await grants.put(grant({ generation: 2, sealed: sealedSample("late") }), 1)).toBe(false);
      expect(await grants.put(grant({ generation: 4 }), 3)).toBe(false);
      expect(await grants.get("ann", "github")).toEqual(second);
    });

    it("lets one of 50 writers of the same generation through", async () => {
      const { [which]: grants } = fresh.now.stores;
      expect(await winners(() => grants.put(grant(), null))).toBe(1);
      expect(await winners((nth) => grants.put(grant({ generation: 2, grantedAt: nth }), 1))).toBe(1);
    });

    it("removes the generation that was meant, and all of a user", async () => {
      const { [which]: grants } = fresh.now.stores;
      await grants.put(grant(), null);
      await grants.put(grant({ userId: "bob" }), null);
      expect(await grants.remove("ann", "github", 2)).toBe(false);
      expect(await grants.remove("ann", "github", 1)).toBe(true);
      expect(await grants.get("ann", "github")).toBeNull();
      expect(await grants.put(grant(), null)).toBe(true);
      await grants.deleteByUser("ann");
      expect((await grants.list()).map(({ userId }) => userId)).toEqual(["bob"]);
    });

    it.each(NOT_TEXT)("refuses %j as a key", async (bad) => {
      const { [which]: grants } = fresh.now.stores;
      await grants.put(grant(), null);
      await Promise.allSettled([grants.deleteByUser(bad), grants.remove(bad, "github", 1)]);
      const [read, list] = await Promise.allSettled([grants.get(bad, "github"), grants.listByUser(bad)]);
      expect(read.status === "rejected" || read.value === null).toBe(true);
      expect(list.status === "rejected" || list.value.length === 0).toBe(true);
      expect(await grants.get("ann", "github")).toEqual(grant());
    });
  });

  describe(`${name} is a GrantLock`, () => {
    const fresh = freshStores(open);

    it("is held by one of 50, and taken again by its holder", async () => {
      const { grantLock } = fresh.now.stores;
      expect(await winners((nth) => grantLock.take("k", `h${nth}`, { now: 0, until: 100 }))).toBe(1);
      await grantLock.take("other", "me", { now: 0, until: 100 });
      expect(await grantLock.take("other", "me", { now: 50, until: 200 })).toBe(true);
      expect(await grantLock.take("other", "you", { now: 150, until: 300 })).toBe(false);
    });

    it("is free when it was given back or its time is over, and nobody gives back another's", async () => {
      const { grantLock } = fresh.now.stores;
      await grantLock.take("k", "me", { now: 0, until: 100 });
      await grantLock.release("k", "you");
      expect(await grantLock.take("k", "you", { now: 99, until: 200 })).toBe(false);
      expect(await grantLock.take("k", "you", { now: 100, until: 200 })).toBe(true);
      await grantLock.release("k", "you");
      expect(await grantLock.take("k", "me", { now: 101, until: 200 })).toBe(true);
    });
  });

  describe(`${name} is an OAuthClientStore`, () => {
    const fresh = freshStores(open);
    const client = (secret: string) => ({ key: "k1", issuer: "https://as.example", createdAt: 1, sealed: sealedSample(secret) });

    it("keeps the first of two registrations until it is deleted", async () => {
      const { oauthClients } = fresh.now.stores;
      expect(await oauthClients.get("k1")).toBeNull();
      expect(await oauthClients.getOrPut(client("first"))).toEqual(client("first"));
      expect(await oauthClients.getOrPut(client("second"))).toEqual(client("first"));
      expect(await (await fresh.now.reopen()).oauthClients.get("k1")).toEqual(client("first"));
      await fresh.now.reopen().then((stores) => stores.oauthClients.delete("k1"));
      expect(await (await fresh.now.reopen()).oauthClients.get("k1")).toBeNull();
    });
  });
}
