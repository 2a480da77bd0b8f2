import type { Clock } from "../ports/clock.ts";

export interface IdleTimerOptions {
  clock: Clock;
  idleMs: number;
  /** A use that lasts is no idleness, however long ago it began. */
  isBusy: () => boolean;
  onIdle: () => void;
}

export interface IdleTimer {
  /** Something was used until now. Begins to count when nothing was counted. */
  used(): void;
  /** Fine to call twice. */
  stop(): void;
}

/** Tells once when something has not been used for a while. One timer however many uses: when it is due it looks again. */
export function idleTimer({ clock, idleMs, isBusy, onIdle }: IdleTimerOptions): IdleTimer {
  let usedAt = 0;
  let stopTimer: (() => void) | null = null;
  const look = () => {
    const leftMs = isBusy() ? idleMs : usedAt + idleMs - clock.now();
    if (leftMs > 0) {
      stopTimer = clock.setTimer(leftMs, look);
      return;
    }
    stopTimer = null;
    onIdle();
  };
  return {
    used() {
      usedAt = clock.now();
      stopTimer ??= clock.setTimer(idleMs, look);
    },
    stop() {
      stopTimer?.();
      stopTimer = null;
    },
  };
}
