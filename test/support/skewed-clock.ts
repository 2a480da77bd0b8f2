import { type Clock, systemClock } from "../../api/ports/clock.ts";

/** The wall's clock, set forward or back by a test: what ends at a time ends earlier or later, and nothing waits for less or more. */
export interface SkewedClock extends Clock {
  aheadMs: number;
}

export function skewedClock(): SkewedClock {
  const clock: SkewedClock = { ...systemClock, aheadMs: 0, now: () => Date.now() + clock.aheadMs };
  return clock;
}
