import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffConfigs, isEmptyDiff, removesMost } from "../../../config/diff.ts";
import { loadConfig } from "../../../config/load-config.ts";

type Entry = { url: string; title?: string; timeout?: number };
const entry: fc.Arbitrary<Entry> = fc.record(
  {
    url: fc.constantFrom("https://a.example", "https://b.example/x"),
    title: fc.constantFrom("One", "Two"),
    timeout: fc.constantFrom(1, 2),
  },
  { requiredKeys: ["url"] },
);
const servers = fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e"), entry, { maxKeys: 5 });
const load = (mcpServers: Record<string, Entry>) => loadConfig(JSON.stringify({ version: "1", mcpServers }), "f").config;

describe("the difference of two configurations", () => {
  it("has every server in exactly one list, and the lists mean what they say", () => {
    fc.assert(
      fc.property(servers, servers, (before, after) => {
        const diff = diffConfigs(load(before), load(after));
        const { added, removed, moved, relabelled, unchanged } = diff;
        const all = [...added, ...removed, ...moved, ...relabelled, ...unchanged];
        expect(all.sort()).toEqual([...new Set([...Object.keys(before), ...Object.keys(after)])].sort());
        const differs = (name: string, key: keyof Entry) => before[name]?.[key] !== after[name]?.[key];
        for (const name of moved) expect(differs(name, "url") || differs(name, "timeout")).toBe(true);
        for (const name of relabelled)
          expect(differs(name, "url") || differs(name, "timeout") || !differs(name, "title")).toBe(false);
        for (const name of unchanged) expect(before[name]).toEqual(after[name]);
        expect(added.filter((name) => name in before)).toEqual([]);
      }),
    );
  });

  it("turned round is the difference the other way", () => {
    fc.assert(
      fc.property(servers, servers, (before, after) => {
        const there = diffConfigs(load(before), load(after));
        const back = diffConfigs(load(after), load(before));
        expect([...there.added].sort()).toEqual([...back.removed].sort());
        expect([...there.moved].sort()).toEqual([...back.moved].sort());
      }),
    );
  });

  it("is empty for a file against itself, in any order of its keys", () => {
    fc.assert(
      fc.property(servers, (written) => {
        const reversed = Object.fromEntries(
          Object.entries(written)
            .map(([name, value]) => [name, Object.fromEntries(Object.entries(value).reverse()) as Entry])
            .reverse(),
        );
        expect(isEmptyDiff(diffConfigs(load(written), load(reversed)))).toBe(true);
      }),
    );
  });

  it("asks only where more than half of several servers go", () => {
    const names = (...list: string[]) => load(Object.fromEntries(list.map((name) => [name, { url: "https://a.example" }])));
    const asks = (before: string[], after: string[]) =>
      removesMost(names(...before), diffConfigs(names(...before), names(...after)));
    expect(asks(["a"], [])).toBe(false);
    expect(asks(["a", "b"], ["a"])).toBe(false);
    expect(asks(["a", "b"], [])).toBe(true);
    expect(asks(["a", "b", "c"], ["a"])).toBe(true);
    expect(asks(["a", "b", "c", "d"], ["a", "b"])).toBe(false);
  });

  it("sees a changed setting", () => {
    const withSettings = (allowedDomains: string[]) =>
      loadConfig(JSON.stringify({ version: "1", mcpSettings: { allowedDomains } }), "f").config;
    expect(diffConfigs(withSettings([]), withSettings(["a.example"])).settingsChanged).toBe(true);
  });
});
