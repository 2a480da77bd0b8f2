import type { Logger } from "../ports/logger.ts";

const LOOK_EVERY_MS = 250;
/** Shorter pauses are for the figures; this long, people notice. */
const STALL_MS = 1_000;

export interface LoopWatch {
  /** How often the event loop stood still since the start. */
  readonly stalls: number;
  close(): void;
}

/**
 * Says when something held the event loop, and for how long: meanwhile nobody was answered. It can only say so afterwards;
 * what never ends is for whoever asks `/health/live`.
 */
export function watchLoop(logger: Pick<Logger, "warn">): LoopWatch {
  let stalls = 0;
  let dueAt = performance.now() + LOOK_EVERY_MS;
  const timer = setInterval(() => {
    const blockedMs = Math.round(performance.now() - dueAt);
    dueAt = performance.now() + LOOK_EVERY_MS;
    if (blockedMs < STALL_MS) return;
    stalls += 1;
    logger.warn({ blockedMs }, "the event loop stood still: something worked on it without a pause, or the machine was away");
  }, LOOK_EVERY_MS).unref();
  return {
    get stalls() {
      return stalls;
    },
    close: () => clearInterval(timer),
  };
}
