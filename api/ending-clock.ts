import type { Clock } from "./ports/clock.ts";

/** A clock for what goes on in the background: after `end()` nothing that was set rings, and nothing more is set. */
export interface EndingClock extends Clock {
  end(): void;
}

/** A timer that is left holds the whole process, and a host application ends when nothing does. */
export function endingClock(clock: Clock): EndingClock {
  const running = new Set<() => void>();
  let isOver = false;
  return {
    now: clock.now,
    steady: clock.steady,
    setTimer(afterMs, run) {
      if (isOver) return () => {};
      const cancel = clock.setTimer(afterMs, () => {
        running.delete(cancel);
        run();
      });
      running.add(cancel);
      return () => {
        running.delete(cancel);
        cancel();
      };
    },
    end() {
      isOver = true;
      for (const cancel of running) cancel();
      running.clear();
    },
  };
}
