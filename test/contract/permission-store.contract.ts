import { describe, expect, it } from "vitest";
import type { ApprovalRecord, PermissionRecord } from "../../api/ports/permission-store.ts";
import { freshStores, NOT_TEXT, type Open, winners } from "./open-stores.ts";

function said(change: Partial<PermissionRecord> = {}): PermissionRecord {
  return {
    userId: "ann",
    server: "notes",
    tool: "echo",
    permission: "always_allow",
    serverDigest: "s".repeat(64),
    toolDigest: "t".repeat(64),
    definition: '{"name":"echo"}',
    setAt: 5,
    ...change,
  };
}

function approval(id: string, change: Partial<ApprovalRecord> = {}): ApprovalRecord {
  const digests = { serverDigest: "s", toolDigest: "t", argumentDigest: "a" };
  const shown = { arguments: '{"to":"bob"}', question: "{}", context: null, state: "pending", reason: null } as const;
  const times = { createdAt: 1, expiresAt: 100, endedAt: null };
  return { id, userId: "ann", server: "notes", tool: "send", ...digests, ...shown, ...times, ...change };
}

export function describePermissionStore(name: string, open: Open): void {
  describe(`${name} is a PermissionStore`, () => {
    const fresh = freshStores(open);

    it("keeps people, servers and tools apart, and an admin's word for everybody, over a restart too", async () => {
      const mine = [said(), said({ tool: "send", permission: "never", definition: null }), said({ server: "other" })];
      const { permissions } = fresh.now.stores;
      await permissions.put([...mine, said({ userId: "bob" }), said({ userId: null, permission: "ask" })]);
      const after = (await fresh.now.reopen()).permissions;
      expect(await after.list("ann")).toEqual(mine);
      expect(await after.list("bob")).toEqual([said({ userId: "bob" })]);
      expect(await after.list(null)).toEqual([said({ userId: null, permission: "ask" })]);
      expect(await after.list("nobody")).toEqual([]);
    });

    it("puts what was said last in the place of what was said before", async () => {
      const { permissions } = fresh.now.stores;
      await permissions.put([said()]);
      await permissions.put([said({ permission: "ask", toolDigest: "u", setAt: 6 })]);
      await permissions.put([]);
      expect(await permissions.list("ann")).toEqual([said({ permission: "ask", toolDigest: "u", setAt: 6 })]);
    });

    it("forgets functions, a server for everybody, and a person", async () => {
      const { permissions } = fresh.now.stores;
      const tools = ["a", "b", "c"].map((tool) => said({ tool }));
      await permissions.put([
        ...tools,
        said({ userId: null }),
        said({ server: "other" }),
        said({ userId: "bob", server: "other" }),
      ]);
      await permissions.remove("ann", "notes", ["a", "c"]);
      expect((await permissions.list("ann")).map(({ tool }) => tool)).toEqual(["b", "echo"]);
      await permissions.remove(null, "notes", ["echo"]);
      expect(await permissions.list(null)).toEqual([]);
      await permissions.deleteByServer("notes");
      expect((await permissions.list("ann")).map(({ server }) => server)).toEqual(["other"]);
      await permissions.deleteByUser("ann");
      expect([await permissions.list("ann"), await permissions.list("bob")]).toEqual([
        [],
        [said({ userId: "bob", server: "other" })],
      ]);
    });

    it.each(NOT_TEXT)("refuses %j as a key", async (bad) => {
      const { permissions } = fresh.now.stores;
      await permissions.put([said(), said({ userId: null })]);
      await Promise.allSettled([permissions.deleteByUser(bad), permissions.deleteByServer(bad)]);
      expect(await permissions.list("ann")).toEqual([said()]);
      expect(await permissions.list(null)).toHaveLength(1);
    });
  });

  describe(`${name} is an ApprovalStore`, () => {
    const fresh = freshStores(open);

    it("keeps what waits, oldest first, over a restart too", async () => {
      const { approvals } = fresh.now.stores;
      for (const each of [approval("b", { createdAt: 2 }), approval("a"), approval("x", { userId: "bob" })])
        await approvals.insert(each);
      await approvals.insert(approval("u", { state: "used", endedAt: 3, arguments: null }));
      const after = (await fresh.now.reopen()).approvals;
      expect(await after.list("ann", "pending")).toEqual([approval("a"), approval("b", { createdAt: 2 })]);
      expect(await after.get("x")).toEqual(approval("x", { userId: "bob" }));
      expect(await after.get("nowhere")).toBeNull();
    });

    it("lets one of 50 change it, from the state that was meant", async () => {
      const { approvals } = fresh.now.stores;
      await approvals.insert(approval("a"));
      expect(await approvals.change("a", "approved", { state: "used" })).toBe(false);
      const edited = { arguments: "{}", argumentDigest: "e", expiresAt: 50 };
      expect(await winners(() => approvals.change("a", "pending", { state: "approved", ...edited }))).toBe(1);
      expect(await approvals.get("a")).toEqual(approval("a", { state: "approved", ...edited }));
      expect(await winners(() => approvals.change("a", "approved", { state: "used", arguments: null, endedAt: 7 }))).toBe(1);
      expect(await approvals.change("nowhere", "pending", { state: "used" })).toBe(false);
    });

    it("finds those whose time is over, forgets ended ones, and a person", async () => {
      const { approvals } = fresh.now.stores;
      for (const each of [approval("a"), approval("b", { expiresAt: 99, state: "approved" }), approval("c", { expiresAt: 101 })])
        await approvals.insert(each);
      await approvals.insert(approval("d", { state: "rejected", endedAt: 10, expiresAt: 20 }));
      expect((await approvals.overdue(100)).map(({ id }) => id)).toEqual(["b", "a"]);
      await approvals.deleteEndedBefore(10);
      expect(await approvals.get("d")).not.toBeNull();
      await approvals.deleteEndedBefore(11);
      expect(await approvals.get("d")).toBeNull();
      await approvals.insert(approval("x", { userId: "bob" }));
      await approvals.deleteByUser("ann");
      expect([await approvals.get("a"), (await approvals.get("x"))?.id]).toEqual([null, "x"]);
    });

    it.each(NOT_TEXT)("refuses %j as a key", async (bad) => {
      const { approvals } = fresh.now.stores;
      await approvals.insert(approval("a"));
      await Promise.allSettled([approvals.deleteByUser(bad), approvals.change(bad, "pending", { state: "used" })]);
      const [found, list] = await Promise.allSettled([approvals.get(bad), approvals.list(bad, "pending")]);
      expect(found.status === "rejected" || found.value === null).toBe(true);
      expect(list.status === "rejected" || list.value.length === 0).toBe(true);
      expect(await approvals.get("a")).toEqual(approval("a"));
    });
  });
}
