import type { Clock } from "../ports/clock.ts";

const WINDOW_MS = 60_000;

/** Says yes so many times a minute, then no until the next one. */
export function rateLimit({ perMinute, clock }: { perMinute: number; clock: Clock }): () => boolean {
  let windowStart = clock.steady();
  let used = 0;
  return () => {
    if (clock.steady() - windowStart >= WINDOW_MS) {
      windowStart = clock.steady();
      used = 0;
    }
    used += 1;
    return used <= perMinute;
  };
}
