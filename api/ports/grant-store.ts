import type { SealedValue } from "./sealed-value.ts";

/** What a person allowed us at one server: who may see it sees scopes and age, the tokens are sealed. Times are epoch milliseconds. */
export interface GrantRecord {
  readonly userId: string;
  readonly server: string;
  /**
   * Grows with every write, and is never one that was there before, not even after a removal: a writer names the one it
   * has read, so that a late one does not undo a newer.
   */
  readonly generation: number;
  /** The authorization server that gave it. */
  readonly issuer: string;
  readonly scopes: readonly string[];
  /** When the person signed in. */
  readonly grantedAt: number;
  /** When the tokens were renewed last; null when they never were. */
  readonly refreshedAt: number | null;
  /** End of the access token; null when it is not known. */
  readonly expiresAt: number | null;
  readonly sealed: SealedValue;
}

/** One grant for each user and server. Every method may be called by several requests, and processes, at once. */
export interface GrantStore {
  get(userId: string, server: string): Promise<GrantRecord | null>;
  /**
   * Puts it in the place of the one with the generation `replaces`, null where there is none. False when what is there
   * is another one; of many callers at once exactly one gets true.
   */
  put(grant: GrantRecord, replaces: number | null): Promise<boolean>;
  /** Takes it away if it is still this generation. False when it is not. */
  remove(userId: string, server: string, generation: number): Promise<boolean>;
  listByUser(userId: string): Promise<GrantRecord[]>;
  /** Everybody's, by user and server. */
  list(): Promise<GrantRecord[]>;
  deleteByUser(userId: string): Promise<void>;
}

/** Lets one of many, in any process that shares the store, renew a grant. A holder that dies loses it by time. */
export interface GrantLock {
  /** True when `holder` has it until `until` from now on: it was free, it was theirs, or its holder's time was over. */
  take(key: string, holder: string, time: { now: number; until: number }): Promise<boolean>;
  /** Only the holder's own; nothing happens to somebody else's. */
  release(key: string, holder: string): Promise<void>;
}

/** How this house is known at an authorization server that had it registered. */
export interface OAuthClientRecord {
  /** Digest of everything the registration is good for: issuer, redirect address, server. */
  readonly key: string;
  readonly issuer: string;
  readonly createdAt: number;
  readonly sealed: SealedValue;
}

export interface OAuthClientStore {
  get(key: string): Promise<OAuthClientRecord | null>;
  /** Keeps it if there is none yet; returns what is kept. The first writer wins. */
  getOrPut(client: OAuthClientRecord): Promise<OAuthClientRecord>;
  delete(key: string): Promise<void>;
}
