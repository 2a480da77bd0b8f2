import { afterEach } from "vitest";

/** How to end what the running test has opened; done after it, the newest first. */
export const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Waits for it, and closes it after the running test. */
export async function kept<T extends { close(): unknown }>(made: T | Promise<T>): Promise<T> {
  const it = await made;
  cleanups.push(() => it.close());
  return it;
}
