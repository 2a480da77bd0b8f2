/** The time that watching and settling go by; the house's own clock fits. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Returns its own cancel. */
  setTimer(afterMs: number, run: () => void): () => void;
}

/** A promise that a clock fulfils. */
export function wait(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimer(ms, resolve));
}
