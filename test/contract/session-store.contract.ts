import { describe, expect, it } from "vitest";
import type { SessionRecord } from "../../api/ports/stores.ts";
import { freshStores, NOT_TEXT, type Open } from "./open-stores.ts";

/** Far ahead of any wall clock, so that no housekeeping of the database itself meets it. */
const END = 9_000_000_000_000;

function session(id: string, change: Partial<SessionRecord> = {}): SessionRecord {
  return { id, tokenHash: `hash-${id}`, userId: "ann", createdAt: 1, lastSeenAt: 1, expiresAt: END, ...change };
}

export function describeSessionStore(name: string, open: Open): void {
  describe(`${name} is a SessionStore`, () => {
    const fresh = freshStores(open);

    it("finds a session by its token's hash until it ends", async () => {
      const { sessions } = fresh.now.stores;
      await sessions.insert(session("s1"));
      expect(await sessions.byTokenHash("hash-s1", END - 1)).toEqual(session("s1"));
      expect(await sessions.byTokenHash("hash-s1", END)).toBeNull();
      expect(await sessions.byTokenHash("s1", 1)).toBeNull();
    });

    it("refuses a second session with the same token", async () => {
      const { sessions } = fresh.now.stores;
      await sessions.insert(session("s1"));
      await expect(sessions.insert(session("s2", { tokenHash: "hash-s1" }))).rejects.toThrow();
    });

    it("remembers when it was last seen", async () => {
      const { sessions } = fresh.now.stores;
      await sessions.insert(session("s1"));
      await sessions.touch("s1", 1_763_700_000_123);
      expect(await sessions.byTokenHash("hash-s1", 1)).toEqual(session("s1", { lastSeenAt: 1_763_700_000_123 }));
      await sessions.touch("nobody", 5);
    });

    it("ends one session, or all of one user", async () => {
      const { sessions } = fresh.now.stores;
      for (const id of ["s1", "s2"]) await sessions.insert(session(id));
      await sessions.insert(session("b1", { userId: "bob" }));
      await sessions.delete("s1");
      await sessions.delete("s1");
      expect(await sessions.byTokenHash("hash-s1", 1)).toBeNull();
      expect(await sessions.idsByUser("ann")).toEqual(["s2"]);
      await sessions.deleteByUser("ann");
      expect(await sessions.idsByUser("ann")).toEqual([]);
      expect(await sessions.idsByUser("bob")).toEqual(["b1"]);
    });

    it("tells which of many are there and have not ended", async () => {
      const { sessions } = fresh.now.stores;
      for (const id of ["s1", "s2", "s3", "s4"]) await sessions.insert(session(id, { expiresAt: id === "s3" ? END : END + 1 }));
      await sessions.delete("s2");
      expect((await sessions.alive(["s1", "s2", "s3", "s4", "never", "'"], END)).sort()).toEqual(["s1", "s4"]);
      expect(await sessions.alive([], END)).toEqual([]);
    });

    it("clears away what has ended", async () => {
      const { sessions } = fresh.now.stores;
      await sessions.insert(session("s1", { expiresAt: END }));
      await sessions.insert(session("s2", { expiresAt: END + 1 }));
      await sessions.deleteExpired(END);
      expect(await sessions.idsByUser("ann")).toEqual(["s2"]);
    });

    it("keeps sessions over a restart", async () => {
      await fresh.now.stores.sessions.insert(session("s1"));
      expect(await (await fresh.now.reopen()).sessions.byTokenHash("hash-s1", 1)).toEqual(session("s1"));
    });

    it.each(NOT_TEXT)("refuses %j as a key", async (key) => {
      const { sessions } = fresh.now.stores;
      await sessions.insert(session("s1"));
      await Promise.allSettled([sessions.delete(key), sessions.deleteByUser(key), sessions.touch(key, 7)]);
      const [found] = await Promise.allSettled([sessions.byTokenHash(key, 1)]);
      expect(found.status === "rejected" || found.value === null).toBe(true);
      expect(await sessions.byTokenHash("hash-s1", 1)).toEqual(session("s1"));
    });
  });
}
