import type { Clock } from "../ports/clock.ts";
import type { Principal } from "../ports/identity.ts";
import type { Stores } from "../ports/stores.ts";
import { hasExpired } from "./api-keys.ts";

export interface LapsedParts {
  readonly stores: Pick<Stores, "accounts" | "sessions" | "apiKeys">;
  readonly clock: Clock;
}

/**
 * Finds out whose sign-in or key holds no more. Sessions, which are nearly all, are looked for together: an account that is
 * shut, deleted or given another role has lost them. Keys stay then, so each is looked at with its account.
 */
export function lapsedAmong({ stores, clock }: LapsedParts) {
  const holds = async ({ userId, keyId, role }: Principal & { keyId: string }): Promise<boolean> => {
    const key = await stores.apiKeys.byId(keyId);
    if (key === null || hasExpired(key, clock.now())) return false;
    const account = await stores.accounts.byId(userId);
    return account !== null && !account.disabled && account.role === role;
  };

  return async (among: readonly Principal[]): Promise<readonly Principal[]> => {
    const sessionIds = new Set(among.flatMap(({ sessionId }) => sessionId ?? []));
    const alive = new Set(sessionIds.size === 0 ? [] : await stores.sessions.alive([...sessionIds], clock.now()));
    const byKey = new Map(
      among.flatMap((who) => (who.keyId === undefined ? [] : [[proofOf(who), { ...who, keyId: who.keyId }]])),
    );
    for (const [proof, who] of byKey) if (await holds(who)) alive.add(proof);
    return among.filter((who) => !alive.has(proofOf(who)));
  };
}

/** What one look is good for. */
const proofOf = ({ sessionId, keyId, role }: Principal) => sessionId ?? `${keyId} ${role}`;
