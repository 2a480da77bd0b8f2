import { describe, expect, it } from "vitest";
import type { AccountRecord } from "../../api/ports/stores.ts";
import { freshStores, NOT_TEXT, type Open, winners } from "./open-stores.ts";

function account(id: string, change: Partial<AccountRecord> = {}): AccountRecord {
  const rest = { name: id, role: "USER", passwordHash: "hash", disabled: false, createdAt: 1, openId: null } as const;
  return { id, email: `${id}@example.com`, ...rest, ...change };
}

export function describeAccountStore(name: string, open: Open): void {
  describe(`${name} is an AccountStore`, () => {
    const fresh = freshStores(open);

    it("gives an account back as it was inserted, by id and by e-mail", async () => {
      const { accounts } = fresh.now.stores;
      const ann = account("ann", { role: "ADMIN", passwordHash: null, disabled: true, createdAt: 1_763_700_000_123 });
      expect(await accounts.insert(ann)).toBe(true);
      expect(await accounts.byId("ann")).toEqual(ann);
      expect(await accounts.byEmail("ann@example.com")).toEqual(ann);
      expect(await accounts.byId("bob")).toBeNull();
      expect(await accounts.byEmail("ann")).toBeNull();
    });

    it("refuses a taken e-mail and a taken id", async () => {
      const { accounts } = fresh.now.stores;
      await accounts.insert(account("ann"));
      expect(await accounts.insert(account("bob", { email: "ann@example.com" }))).toBe(false);
      expect(await accounts.insert(account("ann", { email: "other@example.com" }))).toBe(false);
      expect(await accounts.list()).toEqual([account("ann")]);
    });

    it("lists the oldest first", async () => {
      const { accounts } = fresh.now.stores;
      for (const [id, createdAt] of [
        ["c", 3],
        ["a", 2],
        ["b", 1],
      ] as const)
        await accounts.insert(account(id, { createdAt }));
      expect((await accounts.list()).map(({ id }) => id)).toEqual(["b", "a", "c"]);
    });

    it("changes what is given and leaves the rest", async () => {
      const { accounts } = fresh.now.stores;
      await accounts.insert(account("ann"));
      expect(await accounts.update("ann", { role: "ADMIN", passwordHash: null, name: undefined })).toBe(true);
      expect(await accounts.byId("ann")).toEqual(account("ann", { role: "ADMIN", passwordHash: null }));
      expect(await accounts.update("ann", { disabled: true })).toBe(true);
      expect((await accounts.byId("ann"))?.disabled).toBe(true);
      expect(await accounts.update("ann", {})).toBe(true);
      expect(await accounts.update("bob", { name: "Bob" })).toBe(false);
      expect(await accounts.update("bob", {})).toBe(false);
    });

    it("finds who somebody is at a provider, and gives that to one account only", async () => {
      const { accounts } = fresh.now.stores;
      const openId = { issuer: "https://id.example", subject: "s-1", username: "ann" };
      const ann = account("ann", { openId });
      expect(await accounts.insert(ann)).toBe(true);
      expect(await accounts.insert(account("bob"))).toBe(true);
      expect(await accounts.insert(account("eve", { openId: { ...openId, username: null } }))).toBe(false);
      expect(await accounts.update("bob", { openId })).toBe(false);
      expect(await accounts.byOpenId(openId.issuer, openId.subject)).toEqual(ann);
      expect(await accounts.byOpenId("https://other.example", openId.subject)).toBeNull();
      expect(await accounts.update("ann", { openId: null })).toBe(true);
      expect(await accounts.update("bob", { openId: { ...openId, username: null } })).toBe(true);
      expect((await accounts.byOpenId(openId.issuer, openId.subject))?.id).toBe("bob");
      expect(await accounts.update("bob", { name: "Bobby" })).toBe(true);
      expect((await accounts.byId("bob"))?.openId).toEqual({ ...openId, username: null });
      expect(await accounts.delete("bob")).toBe(true);
      expect(await accounts.insert(account("cleo", { openId }))).toBe(true);
    });

    it("deletes one account and frees its e-mail", async () => {
      const { accounts } = fresh.now.stores;
      await accounts.insert(account("ann"));
      await accounts.insert(account("bob"));
      expect(await accounts.delete("ann")).toBe(true);
      expect(await accounts.delete("ann")).toBe(false);
      expect((await accounts.list()).map(({ id }) => id)).toEqual(["bob"]);
      expect(await accounts.insert(account("ann-2", { email: "ann@example.com" }))).toBe(true);
    });

    it("lets one of 50 be the first", async () => {
      const { accounts } = fresh.now.stores;
      expect(await winners((nth) => accounts.insertFirst(account(`user-${nth}`)))).toBe(1);
      expect(await accounts.list()).toHaveLength(1);
    });

    it("lets one of 50 have an e-mail", async () => {
      const { accounts } = fresh.now.stores;
      expect(await winners((nth) => accounts.insert(account(`user-${nth}`, { email: "ann@example.com" })))).toBe(1);
    });

    it("never lets anybody be the first again, not when the first was deleted nor after a restart", async () => {
      const { accounts } = fresh.now.stores;
      expect(await accounts.insertFirst(account("ann"))).toBe(true);
      expect(await accounts.delete("ann")).toBe(true);
      expect(await accounts.delete("ann")).toBe(false);
      expect(await accounts.insertFirst(account("eve"))).toBe(false);
      const again = await fresh.now.reopen();
      expect(await again.accounts.insertFirst(account("eve"))).toBe(false);
      expect(await again.accounts.byId("ann")).toBeNull();
      expect(await again.accounts.byEmail("ann@example.com")).toBeNull();
      expect(await again.accounts.list()).toEqual([]);
      expect(await again.accounts.update("ann", { name: "Ann" })).toBe(false);
      expect(await again.accounts.insert(account("ann-2", { email: "ann@example.com" }))).toBe(true);
    });

    it("does not use up being the first on a taken e-mail", async () => {
      const { accounts } = fresh.now.stores;
      await accounts.insert(account("ann"));
      expect(await accounts.insertFirst(account("bob", { email: "ann@example.com" }))).toBe(false);
      expect(await accounts.insertFirst(account("bob"))).toBe(true);
    });

    it("keeps accounts over a restart", async () => {
      await fresh.now.stores.accounts.insert(account("ann"));
      expect(await (await fresh.now.reopen()).accounts.byId("ann")).toEqual(account("ann"));
    });

    it.each(NOT_TEXT)("refuses %j as an id or e-mail", async (key) => {
      const { accounts } = fresh.now.stores;
      await accounts.insert(account("ann"));
      await Promise.allSettled([accounts.delete(key), accounts.update(key, { role: "ADMIN" })]);
      const reads = await Promise.allSettled([accounts.byId(key), accounts.byEmail(key)]);
      for (const read of reads) expect(read.status === "rejected" || read.value === null).toBe(true);
      expect(await accounts.list()).toEqual([account("ann")]);
    });
  });
}
