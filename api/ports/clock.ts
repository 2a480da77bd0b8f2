/** Time as an argument. `setTimer` returns its own cancel; a cancelled or fired timer may be cancelled again. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  setTimer(afterMs: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer: (afterMs, run) => {
    const timer = setTimeout(run, afterMs);
    return () => clearTimeout(timer);
  },
};
