import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fairTurns } from "../../../api/http/fair-turns.ts";

/** Turns of an event loop that the test takes one by one, each as long as a slice; tells who began, turn by turn. */
function loop(options: { share?: number; maxWaiting?: number } = {}) {
  let planned: (() => void) | null = null;
  let nowMs = 0;
  const take = fairTurns({
    ...options,
    sliceMs: 5,
    now: () => nowMs,
    nextTurn: (run) => {
      planned = run;
    },
  });
  let begun: string[] = [];
  const next = async () => {
    await Promise.resolve();
    const seen = begun;
    begun = [];
    nowMs += 5;
    const run = planned;
    planned = null;
    run?.();
    await Promise.resolve();
    return seen;
  };
  return {
    /** Did it begin at once? */
    ask(userId: string): boolean {
      const wait = take(userId);
      if (wait === null) begun.push(userId);
      else void wait.then(() => begun.push(userId));
      return wait === null;
    },
    next,
    isIdle: () => planned === null,
  };
}

describe("fair turns", () => {
  it("[F-LOAD-06] lets others go before the fifth of somebody who asks all the time", async () => {
    const { ask, next } = loop();
    for (let count = 0; count < 100; count += 1) ask("hot");
    ask("ann");
    ask("bob");
    expect(await next()).toEqual(["hot", "hot", "hot", "hot", "ann", "bob"]);
    ask("ann");
    expect((await next()).sort()).toEqual(["ann", "hot", "hot", "hot", "hot"]);
    ask("hot");
    ask("ann");
    expect((await next()).sort()).toEqual(["ann", "hot", "hot", "hot", "hot"]);
  });

  it("serves one person alone at full speed, and nobody waits where nobody is", async () => {
    const { ask, next, isIdle } = loop({ share: 2 });
    for (let count = 0; count < 5; count += 1) ask("ann");
    expect([await next(), await next(), await next(), await next()].map((each) => each.length)).toEqual([2, 2, 1, 0]);
    expect(isIdle()).toBe(true);
  });

  it("lets one go who has been alone for a while, until somebody else comes", async () => {
    const { ask, next } = loop({ share: 2 });
    for (let turns = 0; turns <= 200; turns += 1) {
      ask("ann");
      await next();
    }
    for (let count = 0; count < 50; count += 1) expect(ask("ann")).toBe(true);
    expect(ask("bob")).toBe(true);
    for (let count = 0; count < 3; count += 1) ask("ann");
    expect((await next()).length).toBe(53);
    expect(await next()).toEqual(["ann"]);
  });

  it("lets all of a queue go when only one is left in it for a while", async () => {
    const { ask, next } = loop({ share: 1 });
    for (let count = 0; count < 300; count += 1) ask("ann");
    for (let turns = 0; turns <= 200; turns += 1) await next();
    expect(await next()).toHaveLength(99);
  });

  it("plans nothing while everybody keeps to their share", async () => {
    const { ask, next, isIdle } = loop();
    for (let turns = 0; turns < 50; turns += 1) {
      for (const userId of ["ann", "ann", "ann", "ann", "bob"]) expect(ask(userId)).toBe(true);
      expect(isIdle()).toBe(true);
      await next();
    }
  });

  it("forgets thousands who do not wait, and none who does", async () => {
    const { ask, next } = loop({ share: 1 });
    for (let count = 0; count < 3; count += 1) ask("hot");
    for (let count = 0; count < 5_000; count += 1) ask(`p${count}`);
    expect((await next()).length).toBe(5_001);
    expect(await next()).toEqual(["hot"]);
    expect(await next()).toEqual(["hot"]);
  });

  it("refuses what would wait behind too many of the same person", () => {
    const { ask } = loop({ share: 1, maxWaiting: 3 });
    for (let count = 0; count < 4; count += 1) ask("hot");
    expect(() => ask("hot")).toThrow(expect.objectContaining({ code: "RATE_LIMITED" }));
    expect(() => ask("ann")).not.toThrow();
  });

  it("begins everything once, in each person's order, and never more than a turn's share", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 12 }), { maxLength: 12 }),
        async (turns) => {
          const { ask, next, isIdle } = loop({ share: 2 });
          const asked = turns.flat().sort();
          const begun: string[] = [];
          for (const each of turns) {
            for (const userId of each) ask(userId);
            const now = await next();
            for (const userId of now) expect(now.filter((other) => other === userId).length).toBeLessThanOrEqual(2);
            begun.push(...now);
          }
          for (let rest = 0; rest < 200 && !isIdle(); rest += 1) begun.push(...(await next()));
          expect([...begun, ...(await next())].sort()).toEqual(asked);
        },
      ),
    );
  });
});
