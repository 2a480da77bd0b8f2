import { describe, expect, it } from "vitest";
import type { OneTimeTokenRecord } from "../../api/ports/stores.ts";
import { freshStores, NOT_TEXT, type Open, winners } from "./open-stores.ts";

const END = 9_000_000_000_000;

function token(tokenHash: string, change: Partial<OneTimeTokenRecord> = {}): OneTimeTokenRecord {
  return { tokenHash, purpose: "invite", userId: "ann", expiresAt: END, ...change };
}

export function describeOneTimeTokenStore(name: string, open: Open): void {
  describe(`${name} is a OneTimeTokenStore`, () => {
    const fresh = freshStores(open);

    it("can be looked at often and taken once", async () => {
      const { oneTimeTokens } = fresh.now.stores;
      await oneTimeTokens.insert(token("t1"));
      expect(await oneTimeTokens.find("t1", "invite", 1)).toEqual(token("t1"));
      expect(await oneTimeTokens.take("t1", "invite", 1)).toEqual(token("t1"));
      expect(await oneTimeTokens.take("t1", "invite", 1)).toBeNull();
      expect(await oneTimeTokens.find("t1", "invite", 1)).toBeNull();
    });

    it("is good for its own purpose and until its end", async () => {
      const { oneTimeTokens } = fresh.now.stores;
      const setup = token("t1", { purpose: "setup", userId: null });
      await oneTimeTokens.insert(setup);
      expect(await oneTimeTokens.take("t1", "invite", 1)).toBeNull();
      expect(await oneTimeTokens.take("t1", "setup", END)).toBeNull();
      expect(await oneTimeTokens.find("t1", "setup", END)).toBeNull();
      expect(await oneTimeTokens.take("t1", "setup", END - 1)).toEqual(setup);
    });

    it("is taken by one of 50", async () => {
      const { oneTimeTokens } = fresh.now.stores;
      await oneTimeTokens.insert(token("t1"));
      expect(await winners(() => oneTimeTokens.take("t1", "invite", 1))).toBe(1);
    });

    it("is deleted by purpose and by user", async () => {
      const { oneTimeTokens } = fresh.now.stores;
      await oneTimeTokens.insert(token("setup-1", { purpose: "setup", userId: null }));
      await oneTimeTokens.insert(token("ann-1"));
      await oneTimeTokens.insert(token("bob-1", { userId: "bob" }));
      await oneTimeTokens.deleteByPurpose("setup");
      expect(await oneTimeTokens.find("setup-1", "setup", 1)).toBeNull();
      await oneTimeTokens.deleteByUser("ann");
      expect(await oneTimeTokens.find("ann-1", "invite", 1)).toBeNull();
      expect(await oneTimeTokens.find("bob-1", "invite", 1)).not.toBeNull();
    });

    it("keeps tokens over a restart", async () => {
      await fresh.now.stores.oneTimeTokens.insert(token("t1"));
      expect(await (await fresh.now.reopen()).oneTimeTokens.find("t1", "invite", 1)).toEqual(token("t1"));
    });

    it.each(NOT_TEXT)("refuses %j as a key", async (bad) => {
      const { oneTimeTokens } = fresh.now.stores;
      await oneTimeTokens.insert(token("t1"));
      await oneTimeTokens.insert(token("t2", { purpose: "setup", userId: null }));
      await Promise.allSettled([oneTimeTokens.deleteByUser(bad)]);
      const reads = await Promise.allSettled([oneTimeTokens.find(bad, "invite", 1), oneTimeTokens.take(bad, "setup", 1)]);
      for (const read of reads) expect(read.status === "rejected" || read.value === null).toBe(true);
      expect(await oneTimeTokens.find("t1", "invite", 1)).toEqual(token("t1"));
      expect(await oneTimeTokens.find("t2", "setup", 1)).not.toBeNull();
    });
  });
}
