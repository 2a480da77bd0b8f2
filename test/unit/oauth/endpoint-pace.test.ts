import { describe, expect, it } from "vitest";
import { endpointPaces } from "../../../api/oauth/endpoint-pace.ts";
import { movedClock } from "../../support/moved-clock.ts";

const URL = "https://as.example/token";
const setUp = () => {
  const clock = movedClock();
  return { clock, paces: endpointPaces({ clock, random: () => 0 }) };
};

describe("how fast an authorization server is asked for new tokens", () => {
  it("is 20 a second, by everybody together", async () => {
    const { clock, paces } = setUp();
    const startedAt = clock.now();
    const turns: number[] = [];
    for (let index = 0; index < 50; index += 1) void paces.turn(URL).then(() => turns.push(clock.now() - startedAt));
    await clock.advance(10_000);
    expect(turns).toEqual(Array.from({ length: 50 }, (_, index) => index * 50));
  });

  it("stays that after a standstill: what was missed is not made up for at once", async () => {
    let now = 0;
    let due: { at: number; run: () => void }[] = [];
    const clock = {
      now: () => now,
      steady: () => now,
      setTimer(afterMs: number, run: () => void) {
        due.push({ at: now + afterMs, run });
        return () => {};
      },
    };
    const paces = endpointPaces({ clock, random: () => 0 });
    const turns: number[] = [];
    for (let index = 0; index < 100; index += 1) void paces.turn(URL).then(() => turns.push(now));
    // The process is stopped for a minute, then goes on; its timers are late.
    for (now = 60_000; turns.length < 100; now += 10) {
      const late = due.filter(({ at }) => at <= now);
      due = due.filter(({ at }) => at > now);
      for (const { run } of late) run();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const perSecond = Map.groupBy(turns, (at) => Math.floor(at / 1_000));
    expect(Math.max(...[...perSecond.values()].map(({ length }) => length))).toBeLessThanOrEqual(21);
  });

  it("is not at all while it is given a rest; then one of them finds out, and who waited does not ask", async () => {
    const { clock, paces } = setUp();
    expect(await paces.turn(URL)).toBe(true);
    const waiting = [paces.turn(URL), paces.turn(URL)];
    paces.ended(URL, "away");
    await clock.advance(1_000);
    expect(await Promise.all(waiting)).toEqual([false, false]);
    expect(await paces.turn(URL)).toBe(false);
    await clock.advance(4_000);
    const all = [paces.turn(URL), paces.turn(URL)];
    await clock.advance(1_000);
    expect(await Promise.all(all)).toEqual([true, false]);
    paces.ended(URL, "answered");
    const again = paces.turn(URL);
    await clock.advance(50);
    expect(await again).toBe(true);
  });
});
