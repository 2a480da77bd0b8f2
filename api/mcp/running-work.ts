import type { Clock } from "../ports/clock.ts";
import { type Deadline, orAborted, startDeadline } from "./deadline.ts";
import type { ForeignErrorContext } from "./from-mcp-error.ts";
import { fromMcpError } from "./from-mcp-error.ts";
import { inFlight } from "./in-flight.ts";
import type { RequestOptions } from "./plain-requests.ts";
import { ratePause } from "./rate-pause.ts";
import type { Progress } from "./sdk.ts";

/** Own deadlines rule; the SDK's timer only must not fire first. */
export const SDK_TIMEOUT_MS = 2_147_483_647;

const READ_AGAIN_MS = 300;

export interface AskOptions {
  timeoutMs: number;
  /** Progress may extend the deadline up to this. @default timeoutMs */
  maxTotalMs?: number;
  /** What waiting for the connection has taken of it already. @default 0 */
  spentMs?: number;
  signal?: AbortSignal;
  /** It changes nothing at the server: sent once more when nobody knows what became of it. @default false */
  isRead?: boolean;
  onProgress?: (progress: Progress) => void;
}

export interface RunningWork {
  /** Every request to the server goes through here: one absolute deadline, and every failure an AppError. */
  run<T>(options: AskOptions, work: (request: RequestOptions) => Promise<T>): Promise<T>;
  /**
   * While a person is asked nobody's patience runs out. Which request a server's question belongs to cannot be told on
   * every transport, so all that are running wait: they are one person's. `signal` is aborted with the server's own, and
   * when the last of them has ended: then nobody waits for an answer any more.
   */
  paused<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

export function runningWork(clock: Clock, foreign: () => ForeignErrorContext): RunningWork {
  const running = inFlight<number, Deadline>();
  let last = 0;
  const watchers = inFlight<number, () => void>();
  const whenAllowed = ratePause({ clock });
  const asAppError = (error: unknown) => fromMcpError(error, foreign());
  const readTwice = async <T>(once: () => Promise<T>): Promise<T> => {
    try {
      return await once();
    } catch (error) {
      if (asAppError(error).code !== "OUTCOME_UNKNOWN") throw error;
      await new Promise<void>((resolve) => clock.setTimer(READ_AGAIN_MS, resolve));
      return once();
    }
  };
  return {
    async run({ onProgress, isRead = false, timeoutMs, maxTotalMs, spentMs, signal }, work) {
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
        const once = () => whenAllowed(deadline, () => work(request), asAppError);
        return await orAborted(isRead ? readTwice(once) : once(), deadline.signal);
      } catch (error) {
        throw asAppError(deadline.signal.aborted ? deadline.signal.reason : error);
      } finally {
        running.take(number);
        deadline.clear();
        for (const look of watchers.values()) look();
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
        return await work(AbortSignal.any([signal, over.signal]));
      } finally {
        watchers.take(number);
        for (const deadline of waiting) deadline.resume();
      }
    },
  };
}
