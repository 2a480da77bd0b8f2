import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import { Stop, type StopSignal } from "../stop-signal.ts";

export interface DeadlineOptions {
  clock: Clock;
  timeoutMs: number;
  /** What a miss is called. */
  code: "CONNECT_TIMEOUT" | "CALL_TIMEOUT";
  /** The caller's own wish to stop. */
  signal?: StopSignal;
  /** No extension goes beyond this. @default timeoutMs */
  maxTotalMs?: number;
  /** What is gone of it already. @default 0 */
  spentMs?: number;
}

/** One absolute deadline around a piece of work. */
export interface Deadline {
  /** Aborted with an AppError as reason: the deadline's code, or CALL_CANCELLED for the caller's signal. */
  readonly signal: StopSignal;
  /** What is left until it is missed. */
  leftMs(): number;
  /** A sign of life: the deadline starts again, up to `maxTotalMs` in all. */
  extend(): void;
  /** Time stands still, as while a person is asked; until `resume` was called as often. */
  pause(): void;
  resume(): void;
  /** Must be called when the work has ended, however it did. */
  clear(): void;
}

const ONCE = { once: true } as const;

export function startDeadline(options: DeadlineOptions): Deadline {
  return new RunningDeadline(options);
}

/** A class for once: there is one for every call, and methods cost nothing where closures do. */
class RunningDeadline implements Deadline {
  readonly #stop = new Stop();
  readonly signal: StopSignal = this.#stop;
  readonly #options: DeadlineOptions;
  #endsAt: number;
  #dueAt: number;
  #pauses = 0;
  #pausedAt = 0;
  #stopTimer: (() => void) | null = null;
  readonly #cancel = () => this.#stop.abort(new AppError("CALL_CANCELLED", "the caller cancelled"));

  constructor(options: DeadlineOptions) {
    const { clock, timeoutMs, maxTotalMs = timeoutMs, spentMs = 0, signal } = options;
    const begunAt = clock.steady() - spentMs;
    this.#options = options;
    this.#endsAt = begunAt + maxTotalMs;
    this.#dueAt = begunAt + timeoutMs;
    this.#wait();
    if (signal?.aborted === true) this.#cancel();
    signal?.addEventListener("abort", this.#cancel, ONCE);
  }

  leftMs(): number {
    return this.#dueAt - this.#now();
  }

  extend(): void {
    this.#dueAt = Math.min(this.#now() + this.#options.timeoutMs, this.#endsAt);
    this.#wait();
  }

  pause(): void {
    this.#pauses += 1;
    if (this.#pauses > 1) return;
    this.#pausedAt = this.#options.clock.steady();
    this.#stopTimer?.();
  }

  resume(): void {
    if (this.#pauses === 0) return;
    this.#pauses -= 1;
    if (this.#pauses > 0) return;
    const pausedMs = this.#options.clock.steady() - this.#pausedAt;
    this.#dueAt += pausedMs;
    this.#endsAt += pausedMs;
    this.#wait();
  }

  clear(): void {
    // For good: what resumes later must not start a timer.
    this.#pauses = Number.POSITIVE_INFINITY;
    this.#stopTimer?.();
    this.#options.signal?.removeEventListener("abort", this.#cancel);
  }

  /** While it is paused time stands still. */
  #now(): number {
    return this.#pauses === 0 ? this.#options.clock.steady() : this.#pausedAt;
  }

  #wait(): void {
    this.#stopTimer?.();
    if (this.#pauses > 0) return;
    const { clock } = this.#options;
    this.#stopTimer = clock.setTimer(Math.max(0, this.#dueAt - clock.steady()), () => this.#miss());
  }

  #miss(): void {
    const { code, timeoutMs, maxTotalMs = timeoutMs } = this.#options;
    // By the times themselves: a timer may come a moment early by the clock.
    const isStretched = this.#dueAt >= this.#endsAt && maxTotalMs > timeoutMs;
    const limit = `${Math.round((isStretched ? maxTotalMs : timeoutMs) / 100) / 10} s`;
    const message = isStretched ? `no answer within ${limit}, however much progress was told` : `no answer within ${limit}`;
    this.#stop.abort(new AppError(code, message));
  }
}

/** Settles with the work, or rejects with the signal's reason at once when it aborts first. */
export function orAborted<T>(work: Promise<T>, signal: StopSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, ONCE);
    work.then(
      (value) => {
        signal.removeEventListener("abort", onAbort);
        resolve(value);
      },
      (error: unknown) => {
        signal.removeEventListener("abort", onAbort);
        reject(error);
      },
    );
  });
}
