import { createHash, randomUUID } from "node:crypto";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { GrantLock } from "../ports/grant-store.ts";
import type { Principal } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import { GrantEnded, type OpenIdGiven, type OpenIdProvider } from "./openid-provider.ts";
import type { OpenIdGrant, OpenIdVault } from "./openid-vault.ts";

export interface OpenIdTokensOptions {
  readonly provider: Pick<OpenIdProvider, "renew" | "exchange">;
  readonly vault: OpenIdVault;
  readonly lock: GrantLock;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What feeds the placeholders, in the shape they read. `expiresAt` is epoch seconds. */
export interface PlatformTokens {
  readonly accessToken?: string;
  readonly idToken?: string;
  readonly expiresAt?: number;
}

/** The provider's tokens of people, kept fresh. */
export interface OpenIdTokens {
  /** Empty for somebody of the provider's who has none: they have to sign in again. Undefined for everybody else. Throws AppError. */
  of(who: Principal): Promise<PlatformTokens | undefined>;
  /** For another resource, in this person's name. Throws AppError. */
  onBehalf(who: Principal, scope: string): Promise<string>;
  /** A server refused what this person was given: it is renewed before it is used again, unless that was just done. */
  refused(who: Principal): Promise<void>;
}

/** What ends within this time is renewed before it is used; placeholders call it over half a minute before its end. */
const RENEW_BEFORE_MS = 60_000;
/** Longer than a request may take. */
const LOCK_MS = 14_000;
const LOOK_AGAIN_MS = 200;
const WAIT_MS = 12_000;
const MAX_KEPT = 1_000;
/** Of a token whose end is not known. */
const EXCHANGED_LIVES_MS = 300_000;

interface Exchanged {
  readonly userId: string;
  readonly at: number;
  readonly token: Promise<string>;
  until: number;
}

export function openIdTokens({ provider, vault, lock, clock, logger }: OpenIdTokensOptions): OpenIdTokens {
  const renewing = new Map<string, Promise<OpenIdGrant | null>>();
  const exchanged = new Map<string, Exchanged>();
  const refusedTokens = new Set<string>();
  const wait = (ms: number) => new Promise<void>((resolve) => clock.setTimer(ms, resolve));

  /** Of this session where it has one; else of another session of the same person. */
  async function grantOf({ userId, sessionId }: Principal): Promise<OpenIdGrant | null> {
    const own = sessionId === null ? null : await vault.read(userId, sessionId);
    return own ?? vault.newest(userId);
  }

  const endsSoon = ({ expiresAt }: OpenIdGrant) => expiresAt !== null && expiresAt - RENEW_BEFORE_MS <= clock.now();
  // One that was given a moment ago is not at fault: a server that refuses everything must not wear the provider out.
  const isFresh = ({ refreshedAt, grantedAt }: OpenIdGrant) => (refreshedAt ?? grantedAt) + RENEW_BEFORE_MS > clock.now();
  const isRefused = (grant: OpenIdGrant) => !isFresh(grant) && refusedTokens.has(digestOf(grant.given.accessToken));
  const mustRenew = (grant: OpenIdGrant) => endsSoon(grant) || isRefused(grant);

  async function current(who: Principal): Promise<OpenIdGrant | null> {
    const grant = await grantOf(who);
    if (grant === null || !mustRenew(grant) || grant.given.refreshToken === null) return grant;
    const key = JSON.stringify([grant.userId, grant.sessionId]);
    const sharing = renewing.get(key) ?? renewed(grant, key).finally(() => renewing.delete(key));
    renewing.set(key, sharing);
    return sharing;
  }

  /** One at a time, in all processes: a refresh token may be good for one use only. */
  async function renewed(grant: OpenIdGrant, key: string): Promise<OpenIdGrant | null> {
    const name = `openid ${key}`;
    const holder = randomUUID();
    const until = clock.now() + WAIT_MS;
    while (!(await lock.take(name, holder, { now: clock.now(), until: clock.now() + LOCK_MS }))) {
      if (clock.now() >= until) return grant;
      await wait(LOOK_AGAIN_MS);
    }
    try {
      const latest = await vault.read(grant.userId, grant.sessionId);
      if (latest === null || latest.generation !== grant.generation) return latest;
      return await renewNow(latest);
    } finally {
      await lock.release(name, holder);
    }
  }

  async function renewNow(grant: OpenIdGrant): Promise<OpenIdGrant | null> {
    const { userId, sessionId, generation, given: old, subject } = grant;
    try {
      const fresh = await provider.renew(old.refreshToken ?? "", subject);
      const given: OpenIdGiven = {
        ...fresh,
        idToken: fresh.idToken ?? old.idToken,
        refreshToken: fresh.refreshToken ?? old.refreshToken,
        scopes: fresh.scopes.length > 0 ? fresh.scopes : old.scopes,
      };
      await vault.renew(grant, given, clock.now());
      refusedTokens.delete(digestOf(old.accessToken));
      return vault.read(userId, sessionId);
    } catch (error) {
      if (error instanceof GrantEnded) {
        logger.warn({ userId, err: error }, "what the OpenID provider gave has ended");
        await vault.remove(userId, sessionId, generation);
        return null;
      }
      // It may last a little longer; when it does not, this is the reason.
      if (grant.expiresAt !== null && grant.expiresAt > clock.now()) return grant;
      throw error;
    }
  }

  async function exchange(accessToken: string, scope: string, lasts: (until: number) => void): Promise<string> {
    const given = await provider.exchange(accessToken, scope).catch((error: unknown) => {
      if (!(error instanceof GrantEnded)) throw error;
      throw new AppError("OPENID_EXPIRED", "the OpenID provider does not take your sign-in any more", { cause: error });
    });
    lasts((given.expiresAt ?? clock.now() + EXCHANGED_LIVES_MS) - RENEW_BEFORE_MS);
    return given.accessToken;
  }

  return {
    async of(who) {
      const grant = await current(who);
      if (grant === null) return who.fields.provider === "openid" ? {} : undefined;
      const { accessToken, idToken } = grant.given;
      const expiresAt = grant.expiresAt === null ? {} : { expiresAt: Math.floor(grant.expiresAt / 1_000) };
      return { accessToken, ...(idToken === null ? {} : { idToken }), ...expiresAt };
    },
    async onBehalf(who, scope) {
      const grant = await current(who);
      if (grant === null) throw new AppError("OPENID_EXPIRED", "you are not signed in by the OpenID provider, or not any more");
      const { accessToken } = grant.given;
      const key = digestOf(JSON.stringify([who.userId, scope, accessToken]));
      const known = exchanged.get(key);
      if (known !== undefined && known.until > clock.now()) return known.token;
      const { userId } = who;
      const made: Exchanged = {
        userId,
        at: clock.now(),
        token: exchange(accessToken, scope, (until) => {
          made.until = until;
        }),
        until: Number.POSITIVE_INFINITY,
      };
      exchanged.set(key, made);
      forgetOldest(exchanged);
      made.token.catch(() => {
        if (exchanged.get(key) === made) exchanged.delete(key);
      });
      return made.token;
    },
    async refused(who) {
      const grant = await grantOf(who);
      if (grant !== null) refusedTokens.add(digestOf(grant.given.accessToken));
      forgetOldest(refusedTokens);
      for (const [key, { userId, at }] of exchanged)
        if (userId === who.userId && at + RENEW_BEFORE_MS <= clock.now()) exchanged.delete(key);
    },
  };
}

function forgetOldest(kept: Set<string> | Map<string, unknown>): void {
  const [oldest = ""] = kept.keys();
  if (kept.size > MAX_KEPT) kept.delete(oldest);
}

const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");
