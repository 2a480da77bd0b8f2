import { describe, expect, it } from "vitest";
import { reopenPace } from "../../../api/mcp/transports/news-stream.ts";
import { movedClock } from "../../support/moved-clock.ts";

/** When each of the streams was opened, relative to the start; each lives for as long as `livesMs` says. */
async function opened({ livesMs, wantedMs, forMs }: { livesMs: number; wantedMs: number; forMs: number }) {
  const clock = movedClock(0);
  const pace = reopenPace({ clock, floorMs: 1_000, random: () => 0 });
  const times: number[] = [];
  const open = () => {
    times.push(clock.now());
    clock.setTimer(livesMs, () => pace(open, wantedMs));
  };
  open();
  await clock.advance(forMs);
  return times;
}

describe("streams that end are opened again", () => {
  it("a second after a long life", async () => {
    expect(await opened({ livesMs: 30_000, wantedMs: 0, forMs: 100_000 })).toEqual([0, 31_000, 62_000, 93_000]);
  });

  it("ever later while they end at once, and never more than five seconds later", async () => {
    expect(await opened({ livesMs: 0, wantedMs: 0, forMs: 20_000 })).toEqual([0, 1_000, 3_000, 7_000, 12_000, 17_000]);
  });

  it("when the server says, within a minute", async () => {
    expect(await opened({ livesMs: 0, wantedMs: 7_000, forMs: 20_000 })).toEqual([0, 7_000, 14_000]);
  });

  it.each([2_147_483_648, 2 ** 53, Number.POSITIVE_INFINITY])(
    "[PROTO-10] in a minute when it says %d ms, which no timer can wait for",
    async (wantedMs) => {
      expect(await opened({ livesMs: 0, wantedMs, forMs: 130_000 })).toEqual([0, 60_000, 120_000]);
    },
  );

  it("[PROTO-10] as if it had said nothing when what it says is no time", async () => {
    for (const wantedMs of [Number.NaN, -1, Number.NEGATIVE_INFINITY])
      expect(await opened({ livesMs: 0, wantedMs, forMs: 2_000 })).toEqual([0, 1_000]);
  });
});
