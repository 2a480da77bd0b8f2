import { describe, expect, it } from "vitest";
import type { ConversationRecord } from "../../api/ports/conversation-store.ts";
import type { ChatEvent } from "../../schemas/chat-wire.ts";
import { freshStores, NOT_TEXT, type Open } from "./open-stores.ts";

function conversation(id: string, change: Partial<ConversationRecord> = {}): ConversationRecord {
  const model = { endpoint: "local", model: "small" };
  const said = { title: `About ${id}`, servers: ["notes", "$odd.name"], model, searchText: "" };
  return { id, userId: "ann", ...said, createdAt: 1, updatedAt: 1, isRunning: false, ...change };
}
const head = (seq: number): ChatEvent => ({ seq, type: "head", messageId: `m${seq}` });

export function describeConversationStore(name: string, open: Open): void {
  describe(`${name} is a ConversationStore`, () => {
    const fresh = freshStores(open);
    const idsOf = async (userId: string, page = {}) =>
      (await fresh.now.stores.conversations.page(userId, { limit: 100, ...page })).map(({ id }) => id);

    it("keeps conversations and what is changed in them, over a restart as well", async () => {
      const { conversations } = fresh.now.stores;
      expect(await conversations.insert(conversation("a"))).toBe(true);
      expect(await conversations.insert(conversation("a", { userId: "bob" }))).toBe(false);
      const change = { title: "Other", servers: [], model: null, updatedAt: 9, isRunning: true, searchText: "said" };
      expect(await conversations.update("ann", "a", change)).toBe(true);
      expect(await conversations.update("ann", "a", { title: undefined, isRunning: false })).toBe(true);
      const after = await fresh.now.reopen();
      expect(await after.conversations.get("ann", "a")).toEqual(conversation("a", { ...change, isRunning: false }));
    });

    it("keeps people apart", async () => {
      const { conversations } = fresh.now.stores;
      await conversations.insert(conversation("a"));
      expect(await conversations.get("bob", "a")).toBe(null);
      expect(await conversations.update("bob", "a", { title: "mine" })).toBe(false);
      expect(await conversations.delete("bob", "a")).toBe(false);
      expect([await idsOf("bob"), await conversations.count("bob"), await conversations.count("ann")]).toEqual([[], 0, 1]);
    });

    it("pages last changed first, those of one instant too", async () => {
      const { conversations } = fresh.now.stores;
      for (const [id, updatedAt] of [
        ["a", 1],
        ["c", 2],
        ["b", 2],
        ["d", 3],
      ] as const)
        await conversations.insert(conversation(id, { updatedAt }));
      expect(await idsOf("ann")).toEqual(["d", "c", "b", "a"]);
      expect(await idsOf("ann", { limit: 2 })).toEqual(["d", "c"]);
      expect(await idsOf("ann", { before: { updatedAt: 2, id: "c" } })).toEqual(["b", "a"]);
    });

    it("finds by title and by what was said, whatever signs are in it", async () => {
      const { conversations } = fresh.now.stores;
      await conversations.insert(conversation("a", { title: "Über 100% (Sicher)" }));
      await conversations.insert(conversation("b", { searchText: "the weather in kyiv" }));
      expect(await idsOf("ann", { search: "über 100%" })).toEqual(["a"]);
      expect(await idsOf("ann", { search: "(sicher)" })).toEqual(["a"]);
      expect(await idsOf("ann", { search: "weather" })).toEqual(["b"]);
      expect(await idsOf("ann", { search: ".*" })).toEqual([]);
      await conversations.update("ann", "b", { title: "WETTER" });
      expect(await idsOf("ann", { search: "wetter" })).toEqual(["b"]);
    });

    it("appends events in order, and those that are there already stay as they are", async () => {
      const { conversations } = fresh.now.stores;
      await conversations.insert(conversation("a"));
      await conversations.append("a", [head(1), head(2)]);
      await conversations.append("a", [{ seq: 2, type: "head", messageId: "other" }, head(10)]);
      await conversations.append("nowhere", [head(1)]);
      const after = (await fresh.now.reopen()).conversations;
      expect(await after.events("a", 0)).toEqual([head(1), head(2), head(10)]);
      expect(await after.events("a", 2)).toEqual([head(10)]);
      expect(await after.events("nowhere", 0)).toEqual([]);
    });

    it("says which were running, and forgets a conversation and a person with their events", async () => {
      const { conversations } = fresh.now.stores;
      await conversations.insert(conversation("a", { isRunning: true }));
      await conversations.insert(conversation("b"));
      await conversations.insert(conversation("x", { userId: "bob", isRunning: true }));
      for (const id of ["a", "b", "x"]) await conversations.append(id, [head(1)]);
      expect((await conversations.running()).map(({ id }) => id).sort()).toEqual(["a", "x"]);
      expect(await conversations.delete("ann", "a")).toBe(true);
      expect(await conversations.events("a", 0)).toEqual([]);
      await conversations.deleteByUser("ann");
      expect([await idsOf("ann"), await idsOf("bob")]).toEqual([[], ["x"]]);
      expect(await conversations.events("b", 0)).toEqual([]);
      expect(await conversations.events("x", 0)).toEqual([head(1)]);
    });

    it.each(NOT_TEXT)("refuses %j as a key", async (key) => {
      const { conversations } = fresh.now.stores;
      await conversations.insert(conversation("a"));
      await Promise.allSettled([
        conversations.deleteByUser(key),
        conversations.delete(key, "a"),
        conversations.delete("ann", key),
      ]);
      const [found] = await Promise.allSettled([conversations.page(key, { limit: 5 })]);
      expect(found.status === "rejected" || found.value.length === 0).toBe(true);
      expect(await idsOf("ann")).toEqual(["a"]);
    });
  });
}
