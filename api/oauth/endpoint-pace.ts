import type { Clock } from "../ports/clock.ts";

/** Between two requests to one token endpoint. */
const SPACING_MS = 50;
const FIRST_PAUSE_MS = 5_000;
const MAX_PAUSE_MS = 60_000;

interface Pace {
  /** When somebody may ask after the last one. */
  nextAt: number;
  /** The turn of who came last. */
  queue: Promise<unknown>;
  failures: number;
  /** Until then nobody asks: it was away. */
  pausedUntil: number;
}

/** How fast authorization servers are asked for new tokens, by everybody together. */
export interface EndpointPaces {
  /** Waits for a turn to ask it; false while it is given a rest. */
  turn(endpoint: string): Promise<boolean>;
  /** For how long nobody may try, milliseconds; 0 or less: now. */
  restsForMs(endpoint: string): number;
  ended(endpoint: string, how: "answered" | "away"): void;
}

/** At most 20 a second; one that is away is asked by one in five seconds, then by ever fewer, up to one a minute. */
export function endpointPaces({ clock, random }: { clock: Clock; random: () => number }): EndpointPaces {
  const paces = new Map<string, Pace>();
  const of = (endpoint: string): Pace => {
    const pace = paces.get(endpoint) ?? { nextAt: 0, queue: Promise.resolve(), failures: 0, pausedUntil: 0 };
    paces.set(endpoint, pace);
    return pace;
  };
  const ownTurn = async (pace: Pace): Promise<boolean> => {
    const inMs = pace.nextAt - clock.steady();
    if (inMs > 0 && clock.steady() >= pace.pausedUntil) await new Promise<void>((resolve) => clock.setTimer(inMs, resolve));
    const now = clock.steady();
    if (now < pace.pausedUntil) return false;
    // One finds out whether it is back; the others wait for what comes of it.
    if (pace.failures > 0) pace.pausedUntil = now + FIRST_PAUSE_MS;
    pace.nextAt = now + SPACING_MS;
    return true;
  };
  return {
    turn(endpoint) {
      const pace = of(endpoint);
      // One after another, each from when the last one really had its turn: a process that stood still does not make up
      // for it with a storm.
      const own = pace.queue.then(() => ownTurn(pace));
      pace.queue = own;
      return own;
    },
    restsForMs: (endpoint) => of(endpoint).pausedUntil - clock.steady(),
    ended(endpoint, how) {
      const pace = of(endpoint);
      if (how === "answered") {
        pace.failures = 0;
        pace.pausedUntil = 0;
        return;
      }
      pace.failures += 1;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (pace.failures - 1), MAX_PAUSE_MS);
      pace.pausedUntil = clock.steady() + pauseMs * (1 + random() / 4);
    },
  };
}
