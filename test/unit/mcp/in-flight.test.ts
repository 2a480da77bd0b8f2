import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inFlight } from "../../../api/mcp/in-flight.ts";

describe("what is in flight", () => {
  it("is found by its key, replaced, taken once, and counted", () => {
    const running = inFlight<string, { n: number }>();
    running.set("a", { n: 1 });
    running.set("b", { n: 2 });
    running.set("a", { n: 3 });
    expect([running.size, running.get("a"), running.has("b"), running.has("c")]).toEqual([2, { n: 3 }, true, false]);
    expect([running.take("a"), running.take("a"), running.size]).toEqual([{ n: 3 }, undefined, 1]);
    running.set("c", { n: 4 });
    expect(running.values()).toEqual(expect.arrayContaining([{ n: 2 }, { n: 4 }]));
    running.clear();
    expect([running.size, running.values(), running.get("b")]).toEqual([0, [], undefined]);
    running.set("b", { n: 5 });
    expect(running.values()).toEqual([{ n: 5 }]);
  });

  it("says the same as a Map, whatever comes and goes", () => {
    const step = fc.record({ key: fc.integer({ min: 0, max: 8 }), adds: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const running = inFlight<number, { at: number }>();
        const known = new Map<number, { at: number }>();
        steps.forEach(({ key, adds }, at) => {
          if (adds) running.set(key, { at });
          else expect(running.take(key)).toEqual(known.get(key));
          if (adds) known.set(key, { at });
          else known.delete(key);
        });
        expect(running.size).toBe(known.size);
        expect(
          running
            .values()
            .map(({ at }) => at)
            .sort(),
        ).toEqual([...known.values()].map(({ at }) => at).sort());
        for (const [key, value] of known) expect(running.get(key)).toEqual(value);
      }),
    );
  });
});
