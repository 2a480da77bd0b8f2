import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { SealedValues } from "../ports/sealed-values.ts";
import type { SecretBox } from "../ports/secret-box.ts";
import type { LiveKeyRing } from "./key-ring.ts";
import { resealAll } from "./reseal.ts";

export interface KeyRotationOptions {
  readonly keys: LiveKeyRing;
  readonly values: SealedValues;
  readonly box: SecretBox;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How soon a key that was added or retired takes effect. */
const LOOK_EVERY_MS = 5_000;

/**
 * While the house runs: takes up new keys where they come from, and brings what older ones have sealed under the newest,
 * in the background.
 */
export function keyRotation({ keys, values, box, clock, logger }: KeyRotationOptions): { close(): Promise<void> } {
  const ending = new AbortController();
  let cancelNext = () => {};
  let lastFault = "";
  /** Older values may be left. At the start, because an earlier run may have been killed. */
  let isUnfinished = true;

  async function reseal(): Promise<void> {
    const [{ kid }] = keys.current();
    const done = await resealAll({ values, box, kid, signal: ending.signal });
    if (done.resealed > 0 || done.unreadable > 0) logger.info({ kid, ...done }, "values of older keys were sealed anew");
  }

  async function look(): Promise<void> {
    try {
      const isNew = await keys.refresh();
      const [{ kid, where }, ...older] = keys.current();
      if (isNew) logger.info({ audit: "key_added", kid, where }, "another key seals from now on");
      isUnfinished ||= isNew;
      if (isUnfinished && older.length > 0) await reseal();
      isUnfinished = false;
      lastFault = "";
    } catch (error) {
      // The same fault comes back every few seconds: it is told once.
      if (String(error) !== lastFault && !ending.signal.aborted)
        logger.error({ err: error }, "the keys could not be looked at; those at hand stay in use");
      lastFault = String(error);
    }
    if (ending.signal.aborted) return;
    cancelNext = clock.setTimer(LOOK_EVERY_MS, () => {
      running = look();
    });
  }

  let running = look();
  return {
    async close() {
      ending.abort();
      cancelNext();
      await running;
    },
  };
}
