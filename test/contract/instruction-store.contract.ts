import { describe, expect, it } from "vitest";
import type { InstructionRecord } from "../../api/ports/instruction-store.ts";
import { freshStores, NOT_TEXT, type Open } from "./open-stores.ts";

function told(change: Partial<InstructionRecord> = {}): InstructionRecord {
  return { userId: "ann", server: "notes", version: 1, text: "Be brief.", before: null, seenAt: 5, ...change };
}

export function describeInstructionStore(name: string, open: Open): void {
  describe(`${name} is an InstructionStore`, () => {
    const fresh = freshStores(open);

    it("keeps the last of each person and server, over a restart too", async () => {
      const { instructions } = fresh.now.stores;
      const others = [told({ userId: "bob" }), told({ server: "other" })];
      for (const each of [told(), ...others, told({ version: 2, text: "Be long.", before: "Be brief.", seenAt: 6 })])
        await instructions.put(each);
      const after = (await fresh.now.reopen()).instructions;
      expect(await after.get("ann", "notes")).toEqual(told({ version: 2, text: "Be long.", before: "Be brief.", seenAt: 6 }));
      expect([await after.get("bob", "notes"), await after.get("ann", "other")]).toEqual(others);
      expect(await after.get("bob", "other")).toBeNull();
    });

    it("forgets a server's or a person's, and nobody else's", async () => {
      const { instructions } = fresh.now.stores;
      for (const each of [told(), told({ userId: "bob" }), told({ server: "other" })]) await instructions.put(each);
      await instructions.deleteByUser("bob");
      expect(await instructions.get("bob", "notes")).toBeNull();
      expect(await instructions.get("ann", "notes")).toEqual(told());
      await instructions.deleteByServer("notes");
      expect(await instructions.get("ann", "notes")).toBeNull();
      expect(await instructions.get("ann", "other")).toEqual(told({ server: "other" }));
    });

    it.each(NOT_TEXT)("finds and deletes nothing by what is no text: %j", async (value) => {
      const bad = value as unknown as string;
      const { instructions } = fresh.now.stores;
      await instructions.put(told());
      await Promise.allSettled([instructions.deleteByUser(bad), instructions.deleteByServer(bad)]);
      expect((await Promise.allSettled([instructions.get(bad, bad)])).map((each) => Object(each).value ?? null)).toEqual([null]);
      expect(await instructions.get("ann", "notes")).toEqual(told());
    });
  });
}
