import { describe, expect, it } from "vitest";
import type { CallRecord } from "../../api/ports/stores.ts";
import { freshStores, NOT_TEXT, type Open } from "./open-stores.ts";

function call(id: string, startedAt: number, change: Partial<CallRecord> = {}): CallRecord {
  const digests = { toolDigest: "t".repeat(64), argumentDigest: "a".repeat(64) };
  const named = { id, callId: `call-${id}`, userId: "ann", server: "notes", tool: "echo", ...digests };
  return { ...named, state: "running", startedAt, endedAt: null, code: null, ...change };
}

export function describeCallJournalStore(name: string, open: Open): void {
  describe(`${name} is a CallJournalStore`, () => {
    const fresh = freshStores(open);
    const idsOf = async (userId: string, options: { limit: number; before?: string } = { limit: 100 }) =>
      (await fresh.now.stores.calls.page(userId, options)).map(({ id }) => id);

    it("keeps what became of a call, over a restart as well", async () => {
      const ended = call("c1", 5, { state: "failed", endedAt: 9, code: "SERVER_ERROR" });
      await fresh.now.stores.calls.write([call("c1", 5), call("c2", 6)]);
      await fresh.now.stores.calls.write([ended]);
      const { calls } = await fresh.now.reopen();
      expect(await calls.page("ann", { limit: 10 })).toEqual([call("c2", 6), ended]);
    });

    it("takes the last word on a call within one write, and nothing at all", async () => {
      await fresh.now.stores.calls.write([call("c1", 5), call("c1", 5, { state: "done", endedAt: 6 })]);
      await fresh.now.stores.calls.write([]);
      expect(await fresh.now.stores.calls.page("ann", { limit: 10 })).toEqual([call("c1", 5, { state: "done", endedAt: 6 })]);
    });

    it("pages one user's calls, newest first, calls of one instant too", async () => {
      const { calls } = fresh.now.stores;
      await calls.write([call("a", 1), call("c", 2), call("b", 2), call("x", 2, { userId: "bob" }), call("d", 3)]);
      expect(await idsOf("ann")).toEqual(["d", "c", "b", "a"]);
      expect(await idsOf("ann", { limit: 2 })).toEqual(["d", "c"]);
      expect(await idsOf("ann", { limit: 2, before: "c" })).toEqual(["b", "a"]);
      expect(await idsOf("ann", { limit: 2, before: "a" })).toEqual([]);
      expect(await idsOf("ann", { limit: 2, before: "x" })).toEqual([]);
      expect(await idsOf("ann", { limit: 2, before: "nowhere" })).toEqual([]);
    });

    it("says of calls that were running when the process ended that nobody knows", async () => {
      const { calls } = fresh.now.stores;
      await calls.write([call("a", 1), call("b", 2, { state: "done", endedAt: 3 }), call("c", 3, { userId: "bob" })]);
      expect(await calls.endRunning(50)).toBe(2);
      expect(await calls.endRunning(60)).toBe(0);
      expect(await calls.page("ann", { limit: 10 })).toEqual([
        call("b", 2, { state: "done", endedAt: 3 }),
        call("a", 1, { state: "unknown", endedAt: 50 }),
      ]);
    });

    it("is bounded by number and by age, and forgets a person", async () => {
      const { calls } = fresh.now.stores;
      await calls.write([..."abcdef"].map((id, index) => call(id, Math.floor(index / 2))));
      await calls.write([call("x", 0, { userId: "bob" })]);
      await calls.trim("ann", 10);
      expect(await idsOf("ann")).toHaveLength(6);
      await calls.trim("ann", 3);
      expect(await idsOf("ann")).toEqual(["f", "e", "d"]);
      await calls.deleteBefore(2);
      expect(await idsOf("ann")).toEqual(["f", "e"]);
      await calls.write([call("y", 9, { userId: "bob" })]);
      await calls.deleteByUser("ann");
      expect([await idsOf("ann"), await idsOf("bob")]).toEqual([[], ["y"]]);
    });

    it.each(NOT_TEXT)("refuses %j as a key", async (key) => {
      const { calls } = fresh.now.stores;
      await calls.write([call("a", 1)]);
      await Promise.allSettled([calls.deleteByUser(key), calls.trim(key, 0)]);
      const [found] = await Promise.allSettled([calls.page(key, { limit: 5 })]);
      expect(found.status === "rejected" || found.value.length === 0).toBe(true);
      expect(await idsOf("ann")).toEqual(["a"]);
    });
  });
}
