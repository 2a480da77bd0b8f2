import { describe, expect, it } from "vitest";
import { freshStores, type Open, winners } from "./open-stores.ts";

export function describeKeyCheckStore(name: string, open: Open): void {
  describe(`${name} is a KeyCheckStore`, () => {
    const fresh = freshStores(open);

    it("keeps the first value of a name", async () => {
      const { keyChecks } = fresh.now.stores;
      expect(await keyChecks.all()).toEqual({});
      expect(await keyChecks.getOrPut("root", "one")).toBe("one");
      expect(await keyChecks.getOrPut("root", "two")).toBe("one");
      expect(await keyChecks.getOrPut("other", "two")).toBe("two");
      expect(await keyChecks.all()).toEqual({ root: "one", other: "two" });
    });

    it("replaces what the caller has read, and nothing else", async () => {
      const { keyChecks } = fresh.now.stores;
      await keyChecks.getOrPut("root", "one");
      expect(await keyChecks.replace("root", "two", "three")).toBe(false);
      expect(await keyChecks.replace("none", "one", "three")).toBe(false);
      expect(await winners((nth) => keyChecks.replace("root", "one", `next-${nth}`))).toBe(1);
      expect((await keyChecks.all()).root).toMatch(/^next-/);
    });

    it("removes one by its name", async () => {
      const { keyChecks } = fresh.now.stores;
      await keyChecks.getOrPut("root", "one");
      await keyChecks.getOrPut("other", "two");
      await keyChecks.remove("other");
      await keyChecks.remove("other");
      expect(await keyChecks.all()).toEqual({ root: "one" });
    });

    it("gives 50 writers at once the same value", async () => {
      const { keyChecks } = fresh.now.stores;
      const kept = await Promise.all(Array.from({ length: 50 }, (_, nth) => keyChecks.getOrPut("root", `value-${nth}`)));
      expect(new Set(kept).size).toBe(1);
    });

    it("keeps values over a restart", async () => {
      await fresh.now.stores.keyChecks.getOrPut("root", "one");
      const again = await fresh.now.reopen();
      expect(await again.keyChecks.getOrPut("root", "two")).toBe("one");
    });
  });
}
