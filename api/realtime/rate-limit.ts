import type { Clock } from "../ports/clock.ts";

const WINDOW_MS = 60_000;

/** Says yes so many times a minute, then no until the next one. */
export function rateLimit({ perMinute, clock }: { perMinute: number; clock: Clock }): () => boolean {
  let windowStart = clock.now();
  let used = 0;
  return () => {
    if (clock.now() - windowStart >= WINDOW_MS) {
      windowStart = clock.now();
      used = 0;
    }
    used += 1;
    return used <= perMinute;
  };
}
