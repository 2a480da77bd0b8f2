import { afterEach, beforeEach } from "vitest";
import type { Stores } from "../../api/ports/stores.ts";

/** One empty database for one test. `reopen` opens the same data again, as after a restart. */
export interface Opened {
  readonly stores: Stores;
  reopen(): Promise<Stores>;
  dispose(): Promise<void>;
}

export type Open = () => Promise<Opened>;

/** A fresh database around every test of this `describe`. */
export function freshStores(open: Open): { readonly now: Opened } {
  let opened: Opened | null = null;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(async () => {
    await opened?.dispose();
    opened = null;
  });
  return {
    get now() {
      if (opened === null) throw new Error("No test is running.");
      return opened;
    },
  };
}

/** What a filter must never be: these would match more than one key names. */
export const NOT_TEXT = [undefined, null, { $ne: null }, ["a"], 7] as unknown as readonly string[];

/** How many callers were told yes, of 50 at once. */
export async function winners(call: (nth: number) => Promise<unknown>): Promise<number> {
  const answers = await Promise.all(Array.from({ length: 50 }, (_, nth) => call(nth)));
  return answers.filter((answer) => answer !== false && answer !== null).length;
}
