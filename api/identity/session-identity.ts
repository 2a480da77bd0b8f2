import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { Identity, Principal } from "../ports/identity.ts";
import type { Stores } from "../ports/stores.ts";
import { findApiKey } from "./api-keys.ts";
import { lapsedAmong } from "./lapsed.ts";
import { cookieValue, sessionCookie } from "./session-cookie.ts";
import { createSessions, type SessionLimits } from "./sessions.ts";
import { type Proven, shortMemory } from "./short-memory.ts";
import { userFields } from "./user-fields.ts";

export interface BuiltInIdentityOptions {
  readonly stores: Pick<Stores, "accounts" | "sessions" | "apiKeys">;
  /** Grows with every change to them, so that it holds at once; see `watchIdentities`. */
  readonly changes: () => number;
  readonly clock: Clock;
  readonly events: Pick<EventSink, "sessionEnded">;
  readonly isHttps: boolean;
  readonly sessionLimits?: SessionLimits;
}

/**
 * The built-in accounts as an `Identity`: the session cookie, or `Authorization: Bearer pbk_…`. A request that
 * shows a key is judged by the key alone. A change of role or `disabled` holds at once; one by another process after a second.
 */
export function builtInIdentity(options: BuiltInIdentityOptions): Identity {
  const { stores, changes, clock, events, isHttps, sessionLimits } = options;
  const sessions = createSessions({ store: stores.sessions, clock, events, limits: sessionLimits });
  const { name: cookieName } = sessionCookie(isHttps);
  const remembered = shortMemory({ clock, changes });

  type Proof = Pick<Principal, "userId" | "sessionId" | "keyId" | "via">;

  async function proven(proof: Proof, expiresAt: number): Promise<Proven | null> {
    const account = await stores.accounts.byId(proof.userId);
    if (account === null || account.disabled) return null;
    const { email, name, role } = account;
    return { principal: { ...proof, email, name, role, fields: userFields(account) }, expiresAt };
  }

  async function byKey(bearer: string): Promise<Proven | null> {
    const key = await findApiKey({ store: stores.apiKeys, clock }, bearer);
    if (key === null) return null;
    return proven(
      { userId: key.userId, sessionId: null, keyId: key.id, via: "api_key" },
      key.expiresAt ?? Number.POSITIVE_INFINITY,
    );
  }

  async function byToken(token: string): Promise<Proven | null> {
    const session = await sessions.resume(token);
    return session === null ? null : proven({ userId: session.userId, sessionId: session.id, via: "cookie" }, session.expiresAt);
  }

  return {
    identify({ headers }) {
      const bearer = bearerKey(headers.authorization);
      if (bearer !== null) return remembered(bearer, () => byKey(bearer));
      const token = cookieValue(headers.cookie, cookieName);
      if (token === null || token === "") return NOBODY;
      return remembered(`cookie ${token}`, () => byToken(token));
    },
    lapsed: lapsedAmong({ stores, clock }),
  };
}

const NOBODY = Promise.resolve(null);

/** Other kinds of `Authorization`, for example a proxy's own, are none of our business. */
function bearerKey(header: string | string[] | undefined): string | null {
  if (typeof header !== "string") return null;
  return /^Bearer +(pbk_\S*) *$/i.exec(header)?.[1] ?? null;
}
