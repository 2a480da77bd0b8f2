import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { EndpointPaces } from "./endpoint-pace.ts";
import type { Grant, GrantKey, GrantVault } from "./grant-vault.ts";
import type { ResolvedServer } from "./place.ts";
import type { RefreshWanted } from "./refresh-grant.ts";
import { TokensRefused } from "./token-endpoint.ts";

export interface TokenKeeperOptions {
  vault: GrantVault;
  refresh: (wanted: RefreshWanted) => Promise<Grant | null>;
  paces: Pick<EndpointPaces, "restsForMs">;
  clock: Clock;
  random: () => number;
  /** A grant has ended: told once. */
  ended: (key: GrantKey, why: AppError) => void;
  /** The authorization server does not know our registration any more. */
  clientUnknown: (server: ResolvedServer, grant: Grant) => Promise<void>;
}

/** One connection's view of its grant. */
export interface GrantUse {
  /**
   * What to send now; null when this person is not signed in. A promise only where it has to be read or, when its time is
   * over, renewed first; it rejects with an AppError.
   */
  current(): Grant | null | Promise<Grant | null>;
  /** The server refused this one: another one, or an AppError that says what a person has to do. */
  renewed(refused: Grant): Promise<Grant>;
  /** The server took it. */
  accepted(grant: Grant): void;
  /** The connection has ended: nothing is renewed ahead of time for it. */
  release(): void;
}

export interface TokenKeeper {
  use(key: GrantKey, server: ResolvedServer, options: { waitMs: number }): GrantUse;
  /** The grant was written or removed by somebody else: it is read again. */
  changed(userId: string, server: string): void;
}

interface Entry {
  /** Undefined: not read yet. */
  grant: Grant | null | undefined;
  refreshing: Promise<Grant> | null;
  /** The last generation the server took, and the last it would not take although it was new. */
  accepted: number;
  refused: number;
  /** The connections that are open, the last one first. */
  uses: { server: ResolvedServer; waitMs: number }[];
  stopTimer: () => void;
}

/** Renewed when between 80 and 95 hundredths of its life are over: many that began together do not end together. */
const EARLIEST = 0.8;
const SPREAD = 0.15;
/** One that lives shorter than this is used until it is refused. */
const SHORTEST_LIFE_MS = 5_000;
/** A timer that is too long fires at once. */
const LONGEST_TIMER_MS = 24 * 3_600_000;

/** Keeps tokens fresh: one refresh at a time for each grant, ahead of time while a connection is open. */
export function tokenKeeper(options: TokenKeeperOptions): TokenKeeper {
  const { vault, clock, paces } = options;
  const entries = new Map<string, Entry>();
  const idOf = ({ userId, server }: Pick<GrantKey, "userId" | "server">) => JSON.stringify([userId, server]);
  const entryOf = (key: GrantKey): Entry => {
    const id = idOf(key);
    const fresh = { grant: undefined, refreshing: null, accepted: 0, refused: 0, uses: [], stopTimer: () => {} };
    const entry = entries.get(id) ?? fresh;
    entries.set(id, entry);
    return entry;
  };

  const signInAgain = (key: GrantKey, message: string, cause?: unknown) =>
    new AppError("OAUTH_REQUIRED", message, { cause, signInTo: key.server });

  async function read(entry: Entry, key: GrantKey): Promise<Grant | null> {
    const grant = await vault.read(key);
    take(entry, key, grant);
    return grant;
  }

  function take(entry: Entry, key: GrantKey, grant: Grant | null): void {
    entry.grant = grant;
    schedule(entry, key);
  }

  function schedule(entry: Entry, key: GrantKey, notBefore = 0): void {
    entry.stopTimer();
    entry.stopTimer = () => {};
    const { grant } = entry;
    const [use] = entry.uses;
    if (use === undefined || grant?.expiresAt == null || grant.secrets.tokens.refreshToken === null) return;
    const from = grant.refreshedAt ?? grant.grantedAt;
    const lifeMs = grant.expiresAt - from;
    if (lifeMs < SHORTEST_LIFE_MS) return;
    const at = Math.max(from + lifeMs * (EARLIEST + SPREAD * options.random()), notBefore);
    const inMs = Math.max(0, at - clock.now());
    if (inMs > LONGEST_TIMER_MS) {
      entry.stopTimer = clock.setTimer(LONGEST_TIMER_MS, () => schedule(entry, key, notBefore));
      return;
    }
    entry.stopTimer = clock.setTimer(inMs, () => {
      // What goes wrong here is met by the next call, or tried again.
      refreshed(entry, { key, grant, ...use }).catch(() => {});
    });
  }

  /** Shared by all who need it at the same time. */
  function refreshed(entry: Entry, wanted: RefreshWanted): Promise<Grant> {
    entry.refreshing ??= refreshNow(entry, wanted).finally(() => {
      entry.refreshing = null;
    });
    return entry.refreshing;
  }

  async function refreshNow(entry: Entry, wanted: RefreshWanted): Promise<Grant> {
    const { key, grant, server } = wanted;
    if (grant.secrets.tokens.refreshToken === null) return end(entry, key, grant, "your sign-in has ended; sign in again");
    try {
      const renewed = await options.refresh(wanted);
      take(entry, key, renewed);
      if (renewed === null) throw signInAgain(key, "you were signed out; sign in again");
      return renewed;
    } catch (error) {
      if (!(error instanceof TokensRefused)) throw error;
      if (error.why === "grantEnded") return end(entry, key, grant, `${error.message}; sign in again`, error);
      if (error.why === "clientUnknown") {
        await options.clientUnknown(server, grant);
        throw signInAgain(key, `${error.message} any more; sign in again`, error);
      }
      const restsForMs = paces.restsForMs(grant.secrets.place.metadata?.token_endpoint ?? grant.secrets.place.issuer);
      schedule(entry, key, clock.now() + Math.max(restsForMs, SHORTEST_LIFE_MS));
      throw new AppError("OAUTH_UNAVAILABLE", `your sign-in could not be renewed: ${error.message}`, { cause: error });
    }
  }

  async function end(entry: Entry, key: GrantKey, grant: Grant, message: string, cause?: unknown): Promise<never> {
    const why = signInAgain(key, message, cause);
    // A newer one is somebody's new sign-in, and none of this one's business.
    if (await vault.remove(key, grant.generation)) {
      take(entry, key, null);
      options.ended(key, why);
    } else entry.grant = undefined;
    throw why;
  }

  const isOver = ({ expiresAt, refreshedAt, grantedAt }: Grant) =>
    expiresAt !== null && expiresAt <= clock.now() && (refreshedAt ?? grantedAt) + SHORTEST_LIFE_MS <= clock.now();

  return {
    use(key, server, { waitMs }) {
      const entry = entryOf(key);
      const own = { server, waitMs };
      entry.uses.unshift(own);
      return {
        current() {
          const usable = (grant: Grant | null) =>
            grant === null || !isOver(grant) || grant.secrets.tokens.refreshToken === null
              ? grant
              : refreshed(entry, { key, grant, ...own });
          return entry.grant === undefined ? read(entry, key).then(usable) : usable(entry.grant);
        },
        async renewed(refused) {
          const isNewer = (grant: Grant | null | undefined): grant is Grant => (grant?.generation ?? 0) > refused.generation;
          if (isNewer(entry.grant)) return entry.grant;
          const kept = await read(entry, key);
          if (isNewer(kept)) return kept;
          if (kept === null) throw signInAgain(key, "you were signed out; sign in again");
          const isUnused = refused.refreshedAt !== null && entry.accepted < refused.generation;
          if (isUnused || entry.refused >= refused.generation) {
            entry.refused = refused.generation;
            throw signInAgain(key, "the server refuses the tokens it is given; sign in again");
          }
          return refreshed(entry, { key, grant: refused, ...own });
        },
        accepted(grant) {
          entry.accepted = Math.max(entry.accepted, grant.generation);
        },
        release() {
          entry.uses = entry.uses.filter((each) => each !== own);
          if (entry.uses.length > 0) return;
          entry.stopTimer();
          if (entries.get(idOf(key)) === entry) entries.delete(idOf(key));
        },
      };
    },
    changed(userId, server) {
      const entry = entries.get(idOf({ userId, server }));
      if (entry === undefined) return;
      entry.stopTimer();
      Object.assign(entry, { grant: undefined, accepted: 0, refused: 0 });
    },
  };
}
