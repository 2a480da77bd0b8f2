import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../errors/app-error.ts";
import { CAUSES, causeOf } from "./cause.ts";

/** How long a write waits for another process's. */
const PATIENCE_MS = 5_000;
const RETRY_MS = 20;
/** What the disk or another program does to a database; anything else would be our own mistake. */
const FROM_OUTSIDE: ReadonlySet<number> = new Set(Object.values(CAUSES));

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
        if (causeOf(error) !== CAUSES.busy || performance.now() > giveUpAt) throw told(error);
      }
      await sleep(RETRY_MS);
    }
  };
}

function told(error: unknown): unknown {
  const code = causeOf(error);
  if (!FROM_OUTSIDE.has(code)) return error;
  const why = code === CAUSES.full ? "there is no room left on the disk" : "the database cannot be used now";
  return new AppError("STORE_UNAVAILABLE", why, { cause: error, retryAfterMs: PATIENCE_MS });
}
