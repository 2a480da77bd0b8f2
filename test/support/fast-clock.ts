import type { Clock } from "../../api/ports/clock.ts";

/** A clock that runs so many times as fast as the wall's: ten minutes of waiting pass in seconds. Processes with the same `startedAt` agree on the time. */
export function fastClock(times: number, startedAt = Date.now()): Clock {
  const now = () => startedAt + (Date.now() - startedAt) * times;
  return {
    now,
    steady: now,
    setTimer(afterMs, run) {
      const timer = setTimeout(run, afterMs / times);
      return () => clearTimeout(timer);
    },
  };
}
