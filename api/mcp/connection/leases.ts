import type { Clock } from "../../ports/clock.ts";

/** Counts who uses what, so that nothing is closed under somebody's hands. */
export interface Leases<Resource extends object> {
  /** Until the returned function is called, once. */
  hold(resource: Resource): () => void;
  /** Resolves when nobody uses it any more, or after `withinMs`. */
  released(resource: Resource, withinMs: number, clock: Clock): Promise<void>;
}

export function leases<Resource extends object>(): Leases<Resource> {
  const held = new WeakMap<Resource, { count: number; onFree: Set<() => void> }>();
  return {
    hold(resource) {
      const lease = held.get(resource) ?? { count: 0, onFree: new Set() };
      if (lease.count === 0) held.set(resource, lease);
      lease.count += 1;
      return () => {
        lease.count -= 1;
        if (lease.count === 0) for (const tell of lease.onFree) tell();
      };
    },
    async released(resource, withinMs, clock) {
      const lease = held.get(resource);
      if (lease === undefined || lease.count === 0 || withinMs <= 0) return;
      await new Promise<void>((resolve) => {
        const stopTimer = clock.setTimer(withinMs, resolve);
        lease.onFree.add(() => {
          stopTimer();
          resolve();
        });
      });
    },
  };
}
