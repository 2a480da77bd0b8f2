import { describe, expect, it } from "vitest";
import type { ServerRecord } from "../../api/ports/stores.ts";
import { freshStores, NOT_TEXT, type Open, winners } from "./open-stores.ts";

function server(name: string, change: Partial<ServerRecord> = {}): ServerRecord {
  return { name, ownerId: "ann", config: '{"url":"https://mcp.example.com"}', createdAt: 1, updatedAt: 1, ...change };
}

export function describeServerStore(name: string, open: Open): void {
  describe(`${name} is a ServerStore`, () => {
    const fresh = freshStores(open);

    it("gives a server back as it was inserted, oldest first", async () => {
      const { servers } = fresh.now.stores;
      expect(await servers.insert(server("b", { createdAt: 1 }))).toBe(true);
      expect(await servers.insert(server("a", { createdAt: 2 }))).toBe(true);
      expect(await servers.byName("a")).toEqual(server("a", { createdAt: 2 }));
      expect(await servers.byName("c")).toBeNull();
      expect((await servers.list()).map((one) => one.name)).toEqual(["b", "a"]);
    });

    it("gives a name to one of 50", async () => {
      const { servers } = fresh.now.stores;
      expect(await winners((nth) => servers.insert(server("a", { ownerId: `user-${nth}` })))).toBe(1);
    });

    it("changes the entry and nothing else", async () => {
      const { servers } = fresh.now.stores;
      await servers.insert(server("a"));
      expect(await servers.update("a", { config: "{}", updatedAt: 9 })).toBe(true);
      expect(await servers.byName("a")).toEqual(server("a", { config: "{}", updatedAt: 9 }));
      expect(await servers.update("b", { config: "{}", updatedAt: 9 })).toBe(false);
    });

    it("deletes one server", async () => {
      const { servers } = fresh.now.stores;
      await servers.insert(server("a"));
      expect(await servers.delete("a")).toBe(true);
      expect(await servers.delete("a")).toBe(false);
      expect(await servers.list()).toEqual([]);
    });

    it("keeps servers over a restart", async () => {
      await fresh.now.stores.servers.insert(server("a"));
      expect(await (await fresh.now.reopen()).servers.byName("a")).toEqual(server("a"));
    });

    it.each(NOT_TEXT)("refuses %j as a name", async (bad) => {
      const { servers } = fresh.now.stores;
      await servers.insert(server("a"));
      await Promise.allSettled([servers.delete(bad), servers.update(bad, { config: "", updatedAt: 2 })]);
      const [found] = await Promise.allSettled([servers.byName(bad)]);
      expect(found.status === "rejected" || found.value === null).toBe(true);
      expect(await servers.list()).toEqual([server("a")]);
    });
  });
}
