import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";

/** The time one answer has. It stands still while a person is asked. */
export interface AnswerClock {
  readonly signal: AbortSignal;
  /** The model said something: its silence is counted from now. */
  heard(): void;
  /** Counts silence from now until `heard` is called no more; the end of it is told by calling what comes back. */
  listen(silenceMs: number): () => void;
  /** Runs while a person thinks. */
  paused<T>(work: () => Promise<T>): Promise<T>;
  abort(why: AppError | null): void;
  close(): void;
}

/** Aborted by a person (no reason of ours) the signal has no AppError as its reason. */
export function answerClock({ clock, maxAnswerMs }: { clock: Clock; maxAnswerMs: number }): AnswerClock {
  const controller = new AbortController();
  let leftMs = maxAnswerMs;
  let startedAt = clock.steady();
  let pauses = 0;
  let cancelSilence = () => {};
  let listening: (() => void) | null = null;
  const tooLong = () =>
    controller.abort(new AppError("CHAT_LIMIT", `this answer took longer than ${Math.round(maxAnswerMs / 1_000)} s`));
  let cancel = clock.setTimer(leftMs, tooLong);
  return {
    signal: controller.signal,
    heard: () => listening?.(),
    listen(silenceMs) {
      const again = () => {
        cancelSilence();
        cancelSilence = clock.setTimer(silenceMs, () => {
          const words = `the model said nothing for ${Math.round(silenceMs / 1_000)} s`;
          controller.abort(new AppError("MODEL_TIMEOUT", words));
        });
      };
      again();
      listening = again;
      return () => {
        listening = null;
        cancelSilence();
      };
    },
    async paused(work) {
      pauses += 1;
      if (pauses === 1) {
        cancel();
        leftMs -= clock.steady() - startedAt;
      }
      try {
        return await work();
      } finally {
        pauses -= 1;
        if (pauses === 0) {
          startedAt = clock.steady();
          cancel = clock.setTimer(Math.max(0, leftMs), tooLong);
        }
      }
    },
    abort: (why) => controller.abort(why ?? undefined),
    close() {
      cancel();
      cancelSilence();
    },
  };
}
