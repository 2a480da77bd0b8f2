import { randomUUID } from "node:crypto";
import type { Clock } from "../ports/clock.ts";
import type { GrantLock } from "../ports/grant-store.ts";
import { authorizationServer } from "./discover.ts";
import type { EndpointPaces } from "./endpoint-pace.ts";
import type { Grant, GrantKey, GrantVault } from "./grant-vault.ts";
import { clientOfGrant } from "./oauth-client.ts";
import type { Place, ResolvedServer } from "./place.ts";
import { revokeTokens } from "./revoke-tokens.ts";
import { refreshTokens, type Tokens, TokensRefused } from "./token-endpoint.ts";

export interface RefreshOptions {
  vault: GrantVault;
  lock: GrantLock;
  clock: Clock;
  paces: EndpointPaces;
}

export interface RefreshWanted {
  key: GrantKey;
  server: ResolvedServer;
  grant: Grant;
  /** How long to wait while another process renews the same grant. */
  waitMs: number;
}

/** Takes the lock for another while; false when somebody else has it. */
type Hold = () => Promise<boolean>;

/** Longer than a request may take: a holder that works keeps it. */
const LOCK_MS = 14_000;
const LOOK_AGAIN_MS = 200;

/**
 * Renews one grant: one process at a time, and only on top of the generation that was read. Gives what is in force
 * afterwards, whoever wrote it; null when there is no grant any more. Throws TokensRefused.
 */
export function grantRefresher(options: RefreshOptions) {
  const { vault, lock, clock, paces } = options;
  const wait = (ms: number) => new Promise<void>((resolve) => clock.setTimer(ms, resolve));

  async function underLock(wanted: RefreshWanted, work: (hold: Hold) => Promise<Grant | null>): Promise<Grant | null> {
    const { key, grant, waitMs } = wanted;
    const name = JSON.stringify([key.userId, key.server]);
    const holder = randomUUID();
    const hold = () => lock.take(name, holder, { now: clock.now(), until: clock.now() + LOCK_MS });
    const until = clock.now() + waitMs;
    while (!(await hold())) {
      await wait(LOOK_AGAIN_MS);
      const other = await vault.read(key);
      if (other?.generation !== grant.generation) return other;
      if (clock.now() >= until) throw new TokensRefused("away", "another process is renewing this sign-in and does not end");
    }
    try {
      return await work(hold);
    } finally {
      await lock.release(name, holder);
    }
  }

  async function tokensFor({ server, grant }: RefreshWanted, place: Place, hold: Hold): Promise<Tokens> {
    const endpoint = endpointOf(place);
    if (!(await paces.turn(endpoint))) throw new TokensRefused("away", "its authorization server was away a moment ago");
    // Waiting for a turn, or for a pause of the whole process: only who still holds it may show the refresh token.
    if (!(await hold())) throw new TokensRefused("away", "another process is renewing this sign-in");
    const { oauth, fetch } = server;
    try {
      const tokens = await refreshTokens({
        fetch,
        place,
        client: clientOfGrant(server, grant.secrets.client, place),
        now: clock.now(),
        dpopKey: grant.secrets.dpopKey,
        refreshToken: grant.secrets.tokens.refreshToken ?? "",
        audience: oauth.forwardAudienceOnRefresh === false ? undefined : oauth.audience,
      });
      paces.ended(endpoint, "answered");
      return tokens;
    } catch (error) {
      paces.ended(endpoint, error instanceof TokensRefused && error.why === "away" ? "away" : "answered");
      throw error;
    }
  }

  /** The endpoint may have moved: its issuer is asked once where it is now. */
  async function tokensWhereverItIs(wanted: RefreshWanted, hold: Hold): Promise<{ tokens: Tokens; place: Place }> {
    const { place } = wanted.grant.secrets;
    try {
      return { tokens: await tokensFor(wanted, place, hold), place };
    } catch (error) {
      if (!(error instanceof TokensRefused) || (error.why !== "moved" && error.why !== "away")) throw error;
      const moved = await movedTo(wanted.server, place);
      if (moved === null) throw error;
      return { tokens: await tokensFor(wanted, moved, hold), place: moved };
    }
  }

  return (wanted: RefreshWanted): Promise<Grant | null> =>
    underLock(wanted, async (hold) => {
      const { key, grant: known, server } = wanted;
      const grant = await vault.read(key);
      if (grant === null || grant.generation !== known.generation) return grant;
      const { tokens, place } = await tokensWhereverItIs(wanted, hold);
      const now = clock.now();
      const renewed: Omit<Grant, "generation"> = {
        ...grant,
        refreshedAt: now,
        expiresAt: tokens.expiresAt,
        scopes: tokens.scopes ?? grant.scopes,
        secrets: {
          ...grant.secrets,
          place,
          tokens: { ...tokens, refreshToken: tokens.refreshToken ?? grant.secrets.tokens.refreshToken },
        },
      };
      const written = await vault.write(renewed, key.origin, grant.generation);
      if (written !== null) return written;
      // Somebody signed in again or out in between: that counts, not this.
      const inForce = await vault.read(key);
      // Handed back after a sign-out only: after a new sign-in it might take that one's tokens with it.
      if (inForce === null) void revokeTokens(renewed, clientOfGrant(server, grant.secrets.client, place), server.fetch);
      return inForce;
    });
}

async function movedTo({ fetch, oauth }: ResolvedServer, place: Place): Promise<Place | null> {
  const isFixed = oauth.tokenUrl !== undefined;
  const metadata = isFixed ? null : await authorizationServer(fetch, place.issuer).catch(() => null);
  return metadata !== null && metadata.issuer === place.issuer && metadata.token_endpoint !== place.metadata?.token_endpoint
    ? { ...place, metadata }
    : null;
}

function endpointOf(place: Place): string {
  return place.metadata?.token_endpoint ?? place.issuer;
}
