import { AppError } from "../../errors/app-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { StopSignal } from "../../stop-signal.ts";

export interface RatePauseOptions {
  clock: Clock;
  /** In [0, 1), as Math.random. @default Math.random */
  random?: () => number;
}

/** How one request is timed. */
export interface PausedRequest {
  /** Time it may still take in all. */
  leftMs(): number;
  /** Aborted when it may take no longer. */
  signal: StopSignal;
}

/** Nobody is made to wait longer without a word; who has more time is told when to come again. */
const LONGEST_WAIT_MS = 10_000;
/** A server that says "later" once more each time is believed. */
const MAX_REPEATS = 2;

export interface RatePause {
  /** Null when nothing is held up. Else resolves when this one may leave, or rejects with the time to come again. */
  before(request: PausedRequest): Promise<void> | null;
  /** After a failure: resolves when the request may leave again, and rejects with `error` when it may not. */
  after(error: unknown, tried: { why: AppError; repeats: number }, request: PausedRequest): Promise<void>;
}

/**
 * Keeps one session's requests away from a server for as long as it asks for that (HTTP 429 with Retry-After). What it
 * turned away did not run: it is sent again then, if that is within its own time; else it fails at once with the time to
 * come again, and so does everything that is begun meanwhile.
 */
export function ratePause({ clock, random = Math.random }: RatePauseOptions): RatePause {
  let until = 0;

  const waited = (ms: number, { signal }: PausedRequest) =>
    new Promise<void>((resolve, reject) => {
      const stop = clock.setTimer(ms, () => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      });
      const onAbort = () => {
        stop();
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
    });

  /** Not all at the same moment. */
  const pass = async (why: AppError | null, request: PausedRequest) => {
    const waitMs = until - clock.steady();
    if (waitMs <= 0) return;
    const spreadMs = Math.min(1_000, waitMs / 5) * random();
    if (waitMs + spreadMs > Math.min(LONGEST_WAIT_MS, request.leftMs())) throw why ?? later(waitMs);
    await waited(waitMs + spreadMs, request);
  };

  return {
    before: (request) => (until > 0 ? pass(null, request) : null),
    async after(error, { why, repeats }, request) {
      if (why.code !== "RATE_LIMITED" || why.retryAfterMs === undefined) throw error;
      until = Math.max(until, clock.steady() + why.retryAfterMs);
      if (repeats === MAX_REPEATS) throw error;
      await pass(why, request);
    },
  };
}

function later(retryAfterMs: number): AppError {
  return new AppError("RATE_LIMITED", "the server asked for fewer requests (HTTP 429)", { retryAfterMs, neverRan: true });
}
