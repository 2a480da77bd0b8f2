import type { Clock } from "../../api/ports/clock.ts";

/** A clock that stands still until a test moves it. Timers run in the order they are due. */
export interface MovedClock extends Clock {
  /** Moves on, running what falls due; promises get a turn after each timer. */
  advance(byMs: number): Promise<void>;
  /** Timers that have neither fired nor been cancelled. */
  pending(): number;
}

export function movedClock(startMs = 1_000_000): MovedClock {
  let nowMs = startMs;
  let sequence = 0;
  const timers = new Map<number, { dueMs: number; run: () => void }>();
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => nowMs,
    steady: () => nowMs,
    setTimer(afterMs, run) {
      sequence += 1;
      const id = sequence;
      timers.set(id, { dueMs: nowMs + Math.max(0, afterMs), run });
      return () => void timers.delete(id);
    },
    async advance(byMs) {
      const endMs = nowMs + byMs;
      await settle();
      for (;;) {
        const due = [...timers]
          .filter(([, timer]) => timer.dueMs <= endMs)
          .sort(([a, x], [b, y]) => x.dueMs - y.dueMs || a - b)[0];
        if (due === undefined) break;
        timers.delete(due[0]);
        nowMs = Math.max(nowMs, due[1].dueMs);
        due[1].run();
        await settle();
      }
      nowMs = endMs;
      await settle();
    },
    pending: () => timers.size,
  };
}
