import { setImmediate } from "node:timers/promises";
import type { SealedValues } from "../ports/sealed-values.ts";
import type { SecretBox } from "../ports/secret-box.ts";

export interface ResealOptions {
  readonly values: SealedValues;
  readonly box: SecretBox;
  /** The key that seals now. */
  readonly kid: string;
  readonly signal?: AbortSignal;
}

export interface Resealed {
  readonly resealed: number;
  /** Do not open with any key at hand: changed, or sealed with one that is not here. They are left as they are. */
  readonly unreadable: number;
}

/**
 * Seals anew what another key than the one of now has sealed, a value at a time. May be killed anywhere: each value is
 * under one key or the other, and the next run goes on. A value that somebody changes meanwhile stays as they left it.
 */
export async function resealAll({ values, box, kid, signal }: ResealOptions): Promise<Resealed> {
  let resealed = 0;
  let unreadable = 0;
  for await (const row of values.all()) {
    if (signal?.aborted === true) break;
    if (row.sealed.kid === kid) continue;
    const next = box.reseal(row.sealed);
    if (next === null) unreadable += 1;
    else if (await values.exchange(row, next)) resealed += 1;
    // A store in this process answers at once: requests come in between.
    await setImmediate();
  }
  return { resealed, unreadable };
}
