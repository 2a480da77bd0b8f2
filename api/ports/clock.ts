/** Time as an argument. `setTimer` returns its own cancel; a cancelled or fired timer may be cancelled again. */
export interface Clock {
  /** Epoch milliseconds: when. It jumps when somebody sets the machine's clock, or a sleeping machine wakes. */
  now(): number;
  /** Milliseconds since some moment: how long. It only runs forward, whatever the machine's clock is set to. */
  steady(): number;
  setTimer(afterMs: number, run: () => void): () => void;
}

/** A timer that is this late stood behind something that held the event loop. */
const LATE_MS = 500;
/** What came in meanwhile is read first: an answer that was there in time is in time. */
const CATCH_UP_MS = 100;

/** What comes later than this node would run at once. */
const MAX_TIMER_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => Math.floor(performance.now()),
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
