import { describe, expect, it } from "vitest";
import type { ApiKeyRecord } from "../../api/ports/stores.ts";
import { freshStores, NOT_TEXT, type Open } from "./open-stores.ts";

function key(id: string, change: Partial<ApiKeyRecord> = {}): ApiKeyRecord {
  const rest = { userId: "ann", name: "script", secretHash: "hash", createdAt: 1, lastUsedAt: null, expiresAt: null };
  return { id, ...rest, ...change };
}

export function describeApiKeyStore(name: string, open: Open): void {
  describe(`${name} is an ApiKeyStore`, () => {
    const fresh = freshStores(open);

    it("gives a key back as it was inserted", async () => {
      const { apiKeys } = fresh.now.stores;
      await apiKeys.insert(key("k1"));
      await apiKeys.insert(key("k2", { lastUsedAt: 5, expiresAt: 1_763_700_000_123 }));
      expect(await apiKeys.byId("k1")).toEqual(key("k1"));
      expect(await apiKeys.byId("k2")).toEqual(key("k2", { lastUsedAt: 5, expiresAt: 1_763_700_000_123 }));
      expect(await apiKeys.byId("k3")).toBeNull();
    });

    it("refuses a taken id", async () => {
      const { apiKeys } = fresh.now.stores;
      await apiKeys.insert(key("k1"));
      await expect(apiKeys.insert(key("k1", { userId: "eve" }))).rejects.toThrow();
      expect(await apiKeys.byId("k1")).toEqual(key("k1"));
    });

    it("lists one user's keys, oldest first", async () => {
      const { apiKeys } = fresh.now.stores;
      await apiKeys.insert(key("k2", { createdAt: 2 }));
      await apiKeys.insert(key("k3", { createdAt: 1 }));
      await apiKeys.insert(key("b1", { userId: "bob" }));
      expect((await apiKeys.listByUser("ann")).map(({ id }) => id)).toEqual(["k3", "k2"]);
    });

    it("remembers when it was last used", async () => {
      const { apiKeys } = fresh.now.stores;
      await apiKeys.insert(key("k1"));
      await apiKeys.touch("k1", 7);
      expect((await apiKeys.byId("k1"))?.lastUsedAt).toBe(7);
    });

    it("deletes a key for its owner only", async () => {
      const { apiKeys } = fresh.now.stores;
      await apiKeys.insert(key("k1"));
      expect(await apiKeys.delete("bob", "k1")).toBe(false);
      expect(await apiKeys.byId("k1")).not.toBeNull();
      expect(await apiKeys.delete("ann", "k1")).toBe(true);
      expect(await apiKeys.delete("ann", "k1")).toBe(false);
    });

    it("deletes all keys of one user", async () => {
      const { apiKeys } = fresh.now.stores;
      await apiKeys.insert(key("k1"));
      await apiKeys.insert(key("b1", { userId: "bob" }));
      await apiKeys.deleteByUser("ann");
      expect(await apiKeys.byId("k1")).toBeNull();
      expect(await apiKeys.byId("b1")).not.toBeNull();
    });

    it("keeps keys over a restart", async () => {
      await fresh.now.stores.apiKeys.insert(key("k1"));
      expect(await (await fresh.now.reopen()).apiKeys.byId("k1")).toEqual(key("k1"));
    });

    it.each(NOT_TEXT)("refuses %j as a key", async (bad) => {
      const { apiKeys } = fresh.now.stores;
      await apiKeys.insert(key("k1"));
      await Promise.allSettled([apiKeys.delete(bad, "k1"), apiKeys.delete("ann", bad), apiKeys.deleteByUser(bad)]);
      const [found] = await Promise.allSettled([apiKeys.byId(bad)]);
      expect(found.status === "rejected" || found.value === null).toBe(true);
      expect(await apiKeys.byId("k1")).toEqual(key("k1"));
    });
  });
}
