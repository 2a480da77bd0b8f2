import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../errors/app-error.ts";

/** How long a write waits for another process's. */
const PATIENCE_MS = 5_000;
const RETRY_MS = 20;
const BUSY = 5;
const FULL = 13;
/** What the disk or another program does to a database; anything else would be our own mistake (https://sqlite.org/rescode.html). */
const FROM_OUTSIDE: ReadonlySet<number> = new Set([3, BUSY, 6, 8, 10, 11, FULL, 14, 26]);

type Method = (...given: never[]) => Promise<unknown>;

/**
 * The same store for a process with more to do than wait: while another process writes, everything else goes on, where
 * SQLite's own waiting would hold up the event loop. Throws STORE_UNAVAILABLE for what the disk or others refuse; then
 * nothing of it was written. Its methods must be one statement or one transaction each.
 */
export function patient<Store extends object>(store: Store): Store {
  const methods = Object.entries(store).map(([name, method]: [string, Method]) => [name, inItsTime(method)]);
  return Object.fromEntries(methods) as Store;
}

function inItsTime(method: Method): Method {
  return async (...given) => {
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await method(...given);
      } catch (error) {
        if (causeOf(error) !== BUSY || performance.now() > giveUpAt) throw told(error);
      }
      await sleep(RETRY_MS);
    }
  };
}

function told(error: unknown): unknown {
  const code = causeOf(error);
  if (!FROM_OUTSIDE.has(code)) return error;
  const why = code === FULL ? "there is no room left on the disk" : "the database cannot be used now";
  return new AppError("STORE_UNAVAILABLE", why, { cause: error, retryAfterMs: PATIENCE_MS });
}

/** Without what SQLite adds to tell kinds of it apart; 0 for what is none of its errors. */
function causeOf(error: unknown): number {
  return Number((error as { errcode?: unknown }).errcode ?? 0) & 0xff;
}
