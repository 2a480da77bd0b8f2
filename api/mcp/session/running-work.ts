import type { Clock } from "../../ports/clock.ts";
import { abortSignalOf, type StopSignal } from "../../stop-signal.ts";
import { type Deadline, orAborted, startDeadline } from "../deadline.ts";
import { inFlight } from "../in-flight.ts";
import type { RequestOptions } from "../plain-requests.ts";
import type { Progress } from "../sdk.ts";
import type { ForeignErrorContext } from "./from-mcp-error.ts";
import { fromMcpError } from "./from-mcp-error.ts";
import { ratePause } from "./rate-pause.ts";

/** Own deadlines rule; the SDK's timer only must not fire first. */
export const SDK_TIMEOUT_MS = 2_147_483_647;

const READ_AGAIN_MS = 300;

export interface AskOptions {
  timeoutMs: number;
  /** Progress may extend the deadline up to this. @default timeoutMs */
  maxTotalMs?: number;
  /** What waiting for the connection has taken of it already. @default 0 */
  spentMs?: number;
  signal?: StopSignal;
  /** It changes nothing at the server: sent once more when nobody knows what became of it. @default false */
  isRead?: boolean;
  onProgress?: (progress: Progress) => void;
}

/** What is done about a failure: resolves when the request shall be sent again; throws what its caller is told. */
export type Mend = (error: unknown, request: RequestOptions) => Promise<void>;

export interface RunningWork {
  /**
   * Every request to the server goes through here: one absolute deadline, and every failure an AppError. `mend` may have it
   * sent again once.
   */
  run<T>(options: AskOptions, send: (request: RequestOptions) => Promise<T>, mend?: Mend): Promise<T>;
  /**
   * While a person is asked nobody's patience runs out. Which request a server's question belongs to cannot be told on
   * every transport, so all that are running wait: they are one person's. `signal` is aborted with the server's own, and
   * when the last of them has ended: then nobody waits for an answer any more.
   */
  paused<T>(signal: StopSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

export function runningWork(clock: Clock, foreign: () => ForeignErrorContext): RunningWork {
  const running = inFlight<number, Deadline>();
  let last = 0;
  const watchers = inFlight<number, () => void>();
  const pauses = ratePause({ clock });
  const asAppError = (error: unknown) => fromMcpError(error, foreign());

  /** What is done about the failures of one request, in this order; each of them rejects when there is nothing to be done. */
  const mending = (deadline: Deadline, isRead: boolean, mend: Mend | undefined) => {
    let isMended = mend === undefined;
    let isReadAgain = !isRead;
    let repeats = 0;
    return async (failure: unknown, request: RequestOptions): Promise<void> => {
      let error = failure;
      if (!isMended) {
        try {
          await mend?.(error, request);
          isMended = true;
          return;
        } catch (told) {
          error = told;
        }
      }
      const why = asAppError(error);
      if (!isReadAgain && why.code === "OUTCOME_UNKNOWN") {
        isReadAgain = true;
        return new Promise((resolve) => clock.setTimer(READ_AGAIN_MS, resolve));
      }
      await pauses.after(error, { why, repeats }, deadline);
      repeats += 1;
    };
  };

  return {
    async run({ onProgress, isRead = false, timeoutMs, maxTotalMs, spentMs, signal }, send, mend) {
      const deadline = startDeadline({ clock, code: "CALL_TIMEOUT", timeoutMs, maxTotalMs, spentMs, signal });
      last += 1;
      const number = last;
      running.set(number, deadline);
      try {
        const lives = (progress: Progress) => {
          deadline.extend();
          onProgress?.(progress);
        };
        const onprogress = onProgress === undefined ? undefined : lives;
        const request: RequestOptions = { signal: deadline.signal, timeout: SDK_TIMEOUT_MS, onprogress };
        const held = pauses.before(deadline);
        if (held !== null) await orAborted(held, deadline.signal);
        for (let mended: Mend | null = null; ; ) {
          try {
            return await orAborted(send(request), deadline.signal);
          } catch (error) {
            if (deadline.signal.aborted) throw error;
            mended ??= mending(deadline, isRead, mend);
            await orAborted(mended(error, request), deadline.signal);
          }
        }
      } catch (error) {
        throw asAppError(deadline.signal.aborted ? deadline.signal.reason : error);
      } finally {
        running.take(number);
        deadline.clear();
        if (watchers.size > 0) for (const look of watchers.values()) look();
      }
    },
    async paused(signal, work) {
      const waiting = running.values();
      const over = new AbortController();
      const look = () => {
        if (waiting.length > 0 && !running.values().some((deadline) => waiting.includes(deadline))) over.abort();
      };
      last += 1;
      const number = last;
      watchers.set(number, look);
      for (const deadline of waiting) deadline.pause();
      try {
        return await work(AbortSignal.any([abortSignalOf(signal), over.signal]));
      } finally {
        watchers.take(number);
        for (const deadline of waiting) deadline.resume();
      }
    },
  };
}
