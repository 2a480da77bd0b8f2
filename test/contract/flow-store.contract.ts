import { describe, expect, it } from "vitest";
import type { FlowRecord } from "../../api/ports/flow-store.ts";
import { freshStores, NOT_TEXT, type Open, winners } from "./open-stores.ts";
import { sealedSample } from "./sealed-sample.ts";

/** Far away: what has an end in the past is swept away by the database itself. */
const NOW = 9_000_000_000_000;

function flow(id: string, change: Partial<FlowRecord> = {}): FlowRecord {
  return {
    id,
    stateHash: `state-of-${id}`,
    userId: "ann",
    server: "github",
    browserHash: "browser",
    status: "pending",
    code: null,
    message: null,
    createdAt: NOW,
    expiresAt: NOW + 600,
    forgetAt: NOW + 900,
    sealed: sealedSample(id),
    ...change,
  };
}
const DONE = { status: "done", code: null, message: null } as const;

export function describeFlowStore(name: string, open: Open): void {
  describe(`${name} is a FlowStore`, () => {
    const fresh = freshStores(open);

    it("finds a flow by its id and by its state, in another process too", async () => {
      const { flows } = fresh.now.stores;
      await flows.insert(flow("f1"));
      expect(await flows.byId("f1")).toEqual(flow("f1"));
      const after = (await fresh.now.reopen()).flows;
      expect(await after.byState("state-of-f1")).toEqual(flow("f1"));
      expect(await after.byState("state-of-f2")).toBeNull();
    });

    it("lists those that have not ended, newest first", async () => {
      const { flows } = fresh.now.stores;
      await flows.insert(flow("f1"));
      await flows.insert(flow("f2", { createdAt: NOW + 1 }));
      await flows.insert(flow("f3", { server: "jira" }));
      await flows.insert(flow("f4", { userId: "bob" }));
      await flows.insert(flow("f5", { expiresAt: NOW + 10 }));
      await flows.insert(flow("f6"));
      await flows.end("f6", DONE);
      await flows.insert(flow("f7", { createdAt: NOW - 1 }));
      await flows.take("f7", NOW);
      const found = await flows.unfinished("ann", "github", NOW + 10);
      expect(found.map(({ id, status }) => [id, status])).toEqual([
        ["f2", "pending"],
        ["f1", "pending"],
        ["f7", "taken"],
      ]);
    });

    it("is taken by one of 50, once, and not after its end", async () => {
      const { flows } = fresh.now.stores;
      await flows.insert(flow("f1"));
      expect(await winners(() => flows.take("f1", NOW))).toBe(1);
      expect((await flows.byId("f1"))?.status).toBe("taken");
      await flows.insert(flow("f2"));
      expect(await flows.take("f2", NOW + 600)).toBeNull();
      expect(await flows.take("f2", NOW + 599)).toEqual(flow("f2", { status: "taken" }));
    });

    it("ends once, and its secrets are gone then", async () => {
      const { flows } = fresh.now.stores;
      await flows.insert(flow("f1"));
      await flows.take("f1", NOW);
      const failed = { status: "failed", code: "OAUTH_FAILED", message: "no" } as const;
      expect(await flows.end("f1", failed)).toBe(true);
      expect(await flows.end("f1", DONE)).toBe(false);
      expect(await flows.byId("f1")).toEqual(flow("f1", { ...failed, sealed: null }));
      await flows.insert(flow("f2"));
      expect(await flows.end("f2", { status: "cancelled", code: null, message: null })).toBe(true);
      expect(await flows.take("f2", NOW)).toBeNull();
    });

    it("forgets what is old when a new one comes, and all of a user", async () => {
      const { flows } = fresh.now.stores;
      await flows.insert(flow("f1"));
      await flows.insert(flow("f2", { createdAt: NOW + 900, expiresAt: NOW + 1_500, forgetAt: NOW + 1_800 }));
      expect(await flows.byId("f1")).toBeNull();
      await flows.deleteByUser("ann");
      expect(await flows.byId("f2")).toBeNull();
    });

    it.each(NOT_TEXT)("refuses %j as a key", async (bad) => {
      const { flows } = fresh.now.stores;
      await flows.insert(flow("f1"));
      await Promise.allSettled([flows.deleteByUser(bad), flows.end(bad, DONE), flows.take(bad, NOW)]);
      const reads = await Promise.allSettled([flows.byId(bad), flows.byState(bad)]);
      for (const read of reads) expect(read.status === "rejected" || read.value === null).toBe(true);
      expect(await flows.byId("f1")).toEqual(flow("f1"));
    });
  });
}
