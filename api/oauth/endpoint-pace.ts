import type { Clock } from "../ports/clock.ts";

/** Between two requests to one token endpoint. */
const SPACING_MS = 50;
const FIRST_PAUSE_MS = 5_000;
const MAX_PAUSE_MS = 60_000;

interface Pace {
  nextAt: number;
  failures: number;
  /** Until then nobody asks: it was away. */
  pausedUntil: number;
}

/** How fast authorization servers are asked for new tokens, by everybody together. */
export interface EndpointPaces {
  /** Milliseconds until it may be asked; null while it is given a rest. Whoever gets a time has taken that place. */
  placeAt(endpoint: string): number | null;
  /** When somebody may try again, epoch milliseconds. */
  restsUntil(endpoint: string): number;
  ended(endpoint: string, how: "answered" | "away"): void;
}

/** At most 20 a second; one that is away is asked by one in five seconds, then by ever fewer, up to one a minute. */
export function endpointPaces({ clock, random }: { clock: Clock; random: () => number }): EndpointPaces {
  const paces = new Map<string, Pace>();
  const of = (endpoint: string): Pace => {
    const pace = paces.get(endpoint) ?? { nextAt: 0, failures: 0, pausedUntil: 0 };
    paces.set(endpoint, pace);
    return pace;
  };
  return {
    placeAt(endpoint) {
      const pace = of(endpoint);
      const now = clock.now();
      if (now < pace.pausedUntil) return null;
      // One finds out whether it is back; the others wait for what comes of it.
      if (pace.failures > 0) pace.pausedUntil = now + FIRST_PAUSE_MS;
      const at = Math.max(now, pace.nextAt);
      pace.nextAt = at + SPACING_MS;
      return at - now;
    },
    restsUntil: (endpoint) => of(endpoint).pausedUntil,
    ended(endpoint, how) {
      const pace = of(endpoint);
      if (how === "answered") {
        pace.failures = 0;
        pace.pausedUntil = 0;
        return;
      }
      pace.failures += 1;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (pace.failures - 1), MAX_PAUSE_MS);
      pace.pausedUntil = clock.now() + pauseMs * (1 + random() / 4);
    },
  };
}
