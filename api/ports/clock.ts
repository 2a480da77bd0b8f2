/** Time as an argument. `setTimer` returns its own cancel; a cancelled or fired timer may be cancelled again. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  setTimer(afterMs: number, run: () => void): () => void;
}

/** A timer that is this late stood behind something that held the event loop. */
const LATE_MS = 500;
/** What came in meanwhile is read first: an answer that was there in time is in time. */
const CATCH_UP_MS = 100;

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer: (afterMs, run) => {
    const dueAt = performance.now() + afterMs;
    let timer = setTimeout(() => {
      if (performance.now() - dueAt < LATE_MS) run();
      else timer = setTimeout(run, CATCH_UP_MS);
    }, afterMs);
    return () => clearTimeout(timer);
  },
};
