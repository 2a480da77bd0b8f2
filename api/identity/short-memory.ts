import type { Clock } from "../ports/clock.ts";
import type { Principal } from "../ports/identity.ts";
import type { Stores } from "../ports/stores.ts";

/** How long another process's change may go unseen. Changes made through the watched stores hold at once. */
const KEEP_MS = 1_000;
/** Who comes when so many have come within a second is asked for anew. */
const MAX_KEPT = 1_000;

type IdentityStores = Pick<Stores, "accounts" | "sessions" | "apiKeys">;

/** The same stores, and a number that grows with whatever is changed through them about who somebody is. */
export function watchIdentities<Every extends IdentityStores>(stores: Every): { stores: Every; changes: () => number } {
  let changes = 0;
  // Before and after: what was read in between may be either.
  const counted =
    <Args extends unknown[], Result>(write: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      changes += 1;
      try {
        return await write(...args);
      } finally {
        changes += 1;
      }
    };
  const { accounts, sessions, apiKeys } = stores;
  const watched = {
    ...stores,
    accounts: { ...accounts, update: counted(accounts.update), delete: counted(accounts.delete) },
    sessions: {
      ...sessions,
      touch: counted(sessions.touch),
      delete: counted(sessions.delete),
      deleteByUser: counted(sessions.deleteByUser),
    },
    apiKeys: {
      ...apiKeys,
      touch: counted(apiKeys.touch),
      delete: counted(apiKeys.delete),
      deleteByUser: counted(apiKeys.deleteByUser),
    },
  };
  return { stores: watched, changes: () => changes };
}

/** Who a cookie or a key stands for, and when that ends by itself. */
export interface Proven {
  readonly principal: Principal;
  readonly expiresAt: number;
}

/**
 * Remembers for a moment who somebody is: every request asks the same, and a database answers it a thousand times a second
 * with the same words. Nothing is remembered of what is not there, nor of what a write has overtaken.
 */
export function shortMemory({ clock, changes }: { clock: Clock; changes: () => number }) {
  const kept = new Map<string, { answer: Promise<Principal>; until: number; changes: number }>();

  const learn = async (proof: string, read: () => Promise<Proven | null>): Promise<Principal | null> => {
    const before = changes();
    const found = await read();
    if (found === null || before !== changes()) return found?.principal ?? null;
    const now = clock.steady();
    if (kept.size >= MAX_KEPT) for (const [old, { until }] of kept) if (until <= now) kept.delete(old);
    if (kept.size >= MAX_KEPT) return found.principal;
    const until = Math.min(now + KEEP_MS, found.expiresAt);
    kept.set(proof, { answer: Promise.resolve(found.principal), until, changes: before });
    return found.principal;
  };

  return (proof: string, read: () => Promise<Proven | null>): Promise<Principal | null> => {
    const known = kept.get(proof);
    const holds = known !== undefined && known.changes === changes() && known.until > clock.steady();
    return holds ? known.answer : learn(proof, read);
  };
}
