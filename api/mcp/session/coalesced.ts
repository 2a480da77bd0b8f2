import type { Clock } from "../../ports/clock.ts";

export interface CoalescedOptions {
  clock: Clock;
  /** Least time between the end of one run and the start of the next. */
  pauseMs: number;
  /** Once true, nothing is started any more. */
  ended: () => boolean;
  /** Must not throw. */
  run: () => Promise<void>;
}

/**
 * Turns any number of wishes into runs: the first at once, those during a run or its pause as one more
 * behind it. A source that never stops asking is served once a pause, and its last wish always.
 */
export function coalesced({ clock, pauseMs, ended, run }: CoalescedOptions): () => void {
  let busy = false;
  let wanted = false;
  const next = async () => {
    busy = true;
    wanted = false;
    await run();
    clock.setTimer(pauseMs, () => {
      busy = false;
      if (wanted && !ended()) void next();
    });
  };
  return () => {
    if (ended()) return;
    if (busy) wanted = true;
    else void next();
  };
}
