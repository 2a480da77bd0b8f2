import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";

export interface DeadlineOptions {
  clock: Clock;
  timeoutMs: number;
  /** What a miss is called. */
  code: "CONNECT_TIMEOUT" | "CALL_TIMEOUT";
  /** The caller's own wish to stop. */
  signal?: AbortSignal;
  /** No extension goes beyond this. @default timeoutMs */
  maxTotalMs?: number;
  /** What is gone of it already. @default 0 */
  spentMs?: number;
}

/** One absolute deadline around a piece of work. */
export interface Deadline {
  /** Aborted with an AppError as reason: the deadline's code, or CALL_CANCELLED for the caller's signal. */
  readonly signal: AbortSignal;
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

export function startDeadline(options: DeadlineOptions): Deadline {
  const { clock, timeoutMs, code, signal, maxTotalMs = timeoutMs, spentMs = 0 } = options;
  const controller = new AbortController();
  let endsAt = clock.now() + maxTotalMs - spentMs;
  let dueAt = clock.now() + timeoutMs - spentMs;
  let pauses = 0;
  let pausedAt = 0;
  let stopTimer = () => {};
  const miss = () => {
    const isStretched = clock.now() >= endsAt && maxTotalMs > timeoutMs;
    const limit = `${Math.round((isStretched ? maxTotalMs : timeoutMs) / 100) / 10} s`;
    const message = isStretched ? `no answer within ${limit}, however much progress was told` : `no answer within ${limit}`;
    controller.abort(new AppError(code, message));
  };
  const cancel = () => controller.abort(new AppError("CALL_CANCELLED", "the caller cancelled"));
  const wait = () => {
    stopTimer();
    if (pauses === 0) stopTimer = clock.setTimer(Math.max(0, dueAt - clock.now()), miss);
  };
  wait();
  if (signal?.aborted === true) cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  return {
    signal: controller.signal,
    leftMs: () => dueAt - (pauses === 0 ? clock.now() : pausedAt),
    extend() {
      dueAt = Math.min((pauses === 0 ? clock.now() : pausedAt) + timeoutMs, endsAt);
      wait();
    },
    pause() {
      pauses += 1;
      if (pauses > 1) return;
      pausedAt = clock.now();
      stopTimer();
    },
    resume() {
      if (pauses === 0) return;
      pauses -= 1;
      if (pauses > 0) return;
      const pausedMs = clock.now() - pausedAt;
      dueAt += pausedMs;
      endsAt += pausedMs;
      wait();
    },
    clear() {
      // For good: what resumes later must not start a timer.
      pauses = Number.POSITIVE_INFINITY;
      stopTimer();
      signal?.removeEventListener("abort", cancel);
    },
  };
}

/** Settles with the work, or rejects with the signal's reason at once when it aborts first. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
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

const ONCE = { once: true };
