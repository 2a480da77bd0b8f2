import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { Identity, IdentityRequest, Principal } from "../ports/identity.ts";
import type { Stores } from "../ports/stores.ts";
import { findApiKey } from "./api-keys.ts";
import { cookieValue, sessionCookie } from "./session-cookie.ts";
import { createSessions, type SessionLimits } from "./sessions.ts";
import { userFields } from "./user-fields.ts";

export interface BuiltInIdentityOptions {
  readonly stores: Pick<Stores, "accounts" | "sessions" | "apiKeys">;
  readonly clock: Clock;
  readonly events: Pick<EventSink, "sessionEnded">;
  readonly isHttps: boolean;
  readonly sessionLimits?: SessionLimits;
}

/**
 * The built-in accounts as an `Identity`: the session cookie, or `Authorization: Bearer pbk_…`. A request that
 * shows a key is judged by the key alone. Role and `disabled` are read at every request, so a change holds at once.
 */
export function builtInIdentity(options: BuiltInIdentityOptions): Identity {
  const { stores, clock, events, isHttps, sessionLimits } = options;
  const sessions = createSessions({ store: stores.sessions, clock, events, limits: sessionLimits });
  const { name: cookieName } = sessionCookie(isHttps);

  type Proof = Pick<Principal, "userId" | "sessionId" | "via">;

  async function byKey(bearer: string): Promise<Proof | null> {
    const key = await findApiKey({ store: stores.apiKeys, clock }, bearer);
    return key === null ? null : { userId: key.userId, sessionId: null, via: "api_key" };
  }

  async function byCookie({ headers }: IdentityRequest): Promise<Proof | null> {
    const token = cookieValue(headers.cookie, cookieName);
    const session = token === null || token === "" ? null : await sessions.resume(token);
    return session === null ? null : { userId: session.userId, sessionId: session.id, via: "cookie" };
  }

  return {
    async identify(request) {
      const bearer = bearerKey(request.headers.authorization);
      const proven = await (bearer === null ? byCookie(request) : byKey(bearer));
      if (proven === null) return null;
      const account = await stores.accounts.byId(proven.userId);
      if (account === null || account.disabled) return null;
      const { email, name, role } = account;
      const { userId, sessionId, via } = proven;
      return { userId, sessionId, via, email, name, role, fields: userFields(account) };
    },
  };
}

/** Other kinds of `Authorization`, for example a proxy's own, are none of our business. */
function bearerKey(header: string | string[] | undefined): string | null {
  if (typeof header !== "string") return null;
  return /^Bearer +(pbk_\S*) *$/i.exec(header)?.[1] ?? null;
}
