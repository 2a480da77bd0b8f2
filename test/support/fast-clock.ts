import type { Clock } from "../../api/ports/clock.ts";

/** A clock that runs so many times as fast as the wall's: ten minutes of waiting pass in seconds. */
export function fastClock(times: number): Clock {
  const startedAt = Date.now();
  return {
    now: () => startedAt + (Date.now() - startedAt) * times,
    setTimer(afterMs, run) {
      const timer = setTimeout(run, afterMs / times);
      return () => clearTimeout(timer);
    },
  };
}
