/** Time as an argument. `setTimer` returns its own cancel; a cancelled or fired timer may be cancelled again. */
export interface Clock {
  /** Epoch milliseconds, for what is told and kept. Never goes back. */
  now(): number;
  /** Whole milliseconds that nobody puts forward or back, for how long something takes: only differences mean anything. */
  elapsed(): number;
  setTimer(afterMs: number, run: () => void): () => void;
}

/** A timer that is this late stood behind something that held the event loop. */
const LATE_MS = 500;
/** What came in meanwhile is read first: an answer that was there in time is in time. */
const CATCH_UP_MS = 100;

/** What comes later than this node would run at once. */
const MAX_TIMER_MS = 2_147_483_647;

let last = 0;
/** Where time stood when the machine's clock was found put back, and when that was on one that is never put anywhere. */
let putBack: { at: number; since: number } | null = null;

/**
 * The machine's time. When that is put back, whatever waits until a moment that was reckoned before would wait so much
 * longer: time goes on from where it was then, at half the pace until the machine has caught up.
 */
function now(): number {
  const told = Date.now();
  if (told >= last) {
    putBack = null;
    last = told;
    return told;
  }
  putBack ??= { at: last, since: performance.now() };
  last = putBack.at + Math.floor((performance.now() - putBack.since) / 2);
  return last;
}

export const systemClock: Clock = {
  now,
  elapsed: () => Math.floor(performance.now()),
  setTimer: (afterMs, run) => {
    if (afterMs > MAX_TIMER_MS) {
      let stop = systemClock.setTimer(MAX_TIMER_MS, () => {
        stop = systemClock.setTimer(afterMs - MAX_TIMER_MS, run);
      });
      return () => stop();
    }
    const dueAt = performance.now() + afterMs;
    let timer = setTimeout(() => {
      if (performance.now() - dueAt < LATE_MS) run();
      else timer = setTimeout(run, CATCH_UP_MS);
    }, afterMs);
    return () => clearTimeout(timer);
  },
};
