import type { Clock } from "../../ports/clock.ts";

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
export function idleTimer(options: IdleTimerOptions): IdleTimer {
  return new RunningIdleTimer(options);
}

/** A class, because every connection has one: methods weigh nothing where closures do. */
class RunningIdleTimer implements IdleTimer {
  readonly #options: IdleTimerOptions;
  #usedAt = 0;
  #stopTimer: (() => void) | null = null;

  constructor(options: IdleTimerOptions) {
    this.#options = options;
  }

  used(): void {
    const { clock, idleMs } = this.#options;
    this.#usedAt = clock.steady();
    this.#stopTimer ??= clock.setTimer(idleMs, () => this.#look());
  }

  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
  }

  #look(): void {
    const { clock, idleMs, isBusy, onIdle } = this.#options;
    const leftMs = isBusy() ? idleMs : this.#usedAt + idleMs - clock.steady();
    if (leftMs > 0) {
      this.#stopTimer = clock.setTimer(leftMs, () => this.#look());
      return;
    }
    this.#stopTimer = null;
    onIdle();
  }
}
