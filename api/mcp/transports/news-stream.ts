import type { Clock } from "../../ports/clock.ts";

export interface ReopenPaceOptions {
  clock: Clock;
  /** The shortest wait. */
  floorMs: number;
  /** In [0, 1), as Math.random. @default Math.random */
  random?: () => number;
}

/** Waits grow to this for streams that end as soon as they are open. */
const HASTY_MS = 5_000;
/** A server may ask for more, up to this. */
const MAX_WAIT_MS = 60_000;
/** A stream that lived this long ended for a good reason: a proxy's habit, a restart. */
const LIVED_MS = 10_000;

/**
 * Paces the opening of streams of notifications that end: soon after a long life, ever later after short ones, never
 * faster than the floor, whatever the server asks for. `wantedMs` is the server's wish. Returns the timer's cancel.
 */
export function reopenPace({ clock, floorMs, random = Math.random }: ReopenPaceOptions) {
  let openedAt = Number.NEGATIVE_INFINITY;
  let hasty = 0;
  return (reopen: () => void, wantedMs = 0): (() => void) => {
    hasty = clock.steady() - openedAt < LIVED_MS ? hasty + 1 : 0;
    const leastMs = Math.min(floorMs * 2 ** hasty, Math.max(floorMs, HASTY_MS));
    const waitMs = Math.min(Math.max(wantedMs || 0, leastMs), MAX_WAIT_MS) * (1 + random() / 4);
    return clock.setTimer(waitMs, () => {
      openedAt = clock.steady();
      reopen();
    });
  };
}

/** A pending answer's stream may be asked for again so often before the server counts as gone. */
const RESUME_TRIES = 3;

export interface NewsWatch {
  /** The stream was open before, and now nobody is there, or nobody knows the session. */
  onGone: (why: unknown) => void;
  /** A stream that broke in the middle of an answer cannot be gone on with. */
  onNotResumed: () => void;
}

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** Looks at a session's GETs: a stream that was open and cannot be opened again tells what no call has found out yet. */
export function watchNews(fetch: Fetch, { onGone, onNotResumed }: NewsWatch): Fetch {
  let wasOpen = false;
  let failures = 0;
  return async (url, init) => {
    if (init?.method !== "GET") return fetch(url, init);
    const sent = new Headers(init.headers);
    const resumes = sent.has("last-event-id");
    try {
      const answer = await fetch(url, init);
      failures = 0;
      const forgets = answer.status === 404 || (answer.status === 400 && sent.has("mcp-session-id"));
      if (wasOpen && forgets) onGone(new Error(`the server has forgotten the session (HTTP ${answer.status})`));
      else if (resumes && !answer.ok) onNotResumed();
      wasOpen ||= answer.ok;
      return answer;
    } catch (error) {
      failures += 1;
      const isGone = (wasOpen && !resumes) || failures >= RESUME_TRIES;
      if (isGone && init.signal?.aborted !== true) onGone(error);
      throw error;
    }
  };
}
