import type { CallView, Role } from "../../schemas/wire.ts";
import type { ConversationStore } from "./conversation-store.ts";
import type { FlowStore } from "./flow-store.ts";
import type { GrantLock, GrantStore, OAuthClientStore } from "./grant-store.ts";
import type { InstructionStore } from "./instruction-store.ts";
import type { ApprovalStore, PermissionStore } from "./permission-store.ts";
import type { SealedValue } from "./sealed-value.ts";
import type { SealedValues } from "./sealed-values.ts";

/** Every time is epoch milliseconds. Every method may be called by several requests at once. */

export interface AccountRecord {
  id: string;
  /** Lower case, trimmed: the sign-in name. Unique. */
  email: string;
  name: string;
  role: Role;
  /** scrypt string of its own format; null while an invitation is open. */
  passwordHash: string | null;
  disabled: boolean;
  createdAt: number;
  /** Who they are at the OpenID provider; null for people who only have a password. */
  openId: OpenIdName | null;
}

/** `issuer` and `subject` together belong to one account at most. */
export interface OpenIdName {
  readonly issuer: string;
  readonly subject: string;
  /** What the provider calls them; null when it does not say. */
  readonly username: string | null;
}

export interface AccountStore {
  /** False when the e-mail, the id, or who they are at a provider, is taken. */
  insert(account: AccountRecord): Promise<boolean>;
  /** Like `insert`, and only if no account has ever been the first; of many callers at once exactly one gets true. */
  insertFirst(account: AccountRecord): Promise<boolean>;
  byId(id: string): Promise<AccountRecord | null>;
  byEmail(email: string): Promise<AccountRecord | null>;
  byOpenId(issuer: string, subject: string): Promise<AccountRecord | null>;
  /** Oldest first. */
  list(): Promise<AccountRecord[]>;
  /** False when there is no such account, or somebody else has this `openId`. */
  update(
    id: string,
    change: Partial<Pick<AccountRecord, "name" | "role" | "passwordHash" | "disabled" | "openId">>,
  ): Promise<boolean>;
  /** False when there was none. */
  delete(id: string): Promise<boolean>;
}

export interface SessionRecord {
  /** Public handle, for example for a socket room; not a secret. */
  id: string;
  /** SHA-256 (hex) of the token in the cookie. The token itself is nowhere. */
  tokenHash: string;
  userId: string;
  createdAt: number;
  lastSeenAt: number;
  /** Absolute end. */
  expiresAt: number;
}

export interface SessionStore {
  insert(session: SessionRecord): Promise<void>;
  /** Never returns one whose `expiresAt` is at or before `now`. */
  byTokenHash(tokenHash: string, now: number): Promise<SessionRecord | null>;
  touch(id: string, lastSeenAt: number): Promise<void>;
  delete(id: string): Promise<void>;
  /** Which of these ids are there and have not ended at `now`. */
  alive(ids: readonly string[], now: number): Promise<string[]>;
  /** Ids only, expired ones too. */
  idsByUser(userId: string): Promise<string[]>;
  deleteByUser(userId: string): Promise<void>;
  deleteExpired(now: number): Promise<void>;
}

export interface ApiKeyRecord {
  id: string;
  userId: string;
  name: string;
  /** SHA-256 (hex) of the secret half. */
  secretHash: string;
  createdAt: number;
  lastUsedAt: number | null;
  expiresAt: number | null;
}

export interface ApiKeyStore {
  insert(key: ApiKeyRecord): Promise<void>;
  byId(id: string): Promise<ApiKeyRecord | null>;
  listByUser(userId: string): Promise<ApiKeyRecord[]>;
  touch(id: string, lastUsedAt: number): Promise<void>;
  /** False when this user has no such key. */
  delete(userId: string, id: string): Promise<boolean>;
  deleteByUser(userId: string): Promise<void>;
}

/** One-time links: the setup link, invitations, password resets. */
export interface OneTimeTokenRecord {
  /** SHA-256 (hex) of the token in the link. */
  tokenHash: string;
  purpose: "setup" | "invite";
  userId: string | null;
  expiresAt: number;
}

export interface OneTimeTokenStore {
  insert(token: OneTimeTokenRecord): Promise<void>;
  /** Looks without using it up. */
  find(tokenHash: string, purpose: OneTimeTokenRecord["purpose"], now: number): Promise<OneTimeTokenRecord | null>;
  /** Takes it: of many callers at once exactly one gets the record, later ones null. */
  take(tokenHash: string, purpose: OneTimeTokenRecord["purpose"], now: number): Promise<OneTimeTokenRecord | null>;
  deleteByPurpose(purpose: OneTimeTokenRecord["purpose"]): Promise<void>;
  deleteByUser(userId: string): Promise<void>;
}

/** Values users entered for servers. */
export interface UserVarStore {
  /** All values of this user for this server, by variable name. */
  get(userId: string, server: string): Promise<Record<string, SealedValue>>;
  /** Sets these names, removes those that are null, leaves the others as they are; all of it or nothing. */
  set(userId: string, server: string, values: Record<string, SealedValue | null>): Promise<void>;
  /** Which variables this user has set, by server. No values. */
  names(userId: string): Promise<Record<string, string[]>>;
  clear(userId: string, server: string): Promise<void>;
  clearUser(userId: string): Promise<void>;
}

/** A connector somebody made in the UI. */
export interface ServerRecord {
  name: string;
  ownerId: string;
  /** The entry as checked, in YAML spelling, as JSON text; secrets in it are sealed separately. */
  config: string;
  createdAt: number;
  updatedAt: number;
}

export interface ServerStore {
  /** False when the name is taken. */
  insert(record: ServerRecord): Promise<boolean>;
  byName(name: string): Promise<ServerRecord | null>;
  list(): Promise<ServerRecord[]>;
  /** False when there is none. */
  update(name: string, change: Pick<ServerRecord, "config" | "updatedAt">): Promise<boolean>;
  delete(name: string): Promise<boolean>;
}

/** Proves that the keys at hand are the keys the data was sealed with. */
export interface KeyCheckStore {
  /** Keeps `value` under this name if there is none yet; returns what is kept. The first writer wins. */
  getOrPut(name: string, value: string): Promise<string>;
  /** Everything that is kept, by name. Once there is anything, a new key must not be made by itself. */
  all(): Promise<Record<string, string>>;
  /** Only where `from` is still what is kept. False when it is not. */
  replace(name: string, from: string, to: string): Promise<boolean>;
  remove(name: string): Promise<void>;
}

/** One tool call that was sent. Digests only: neither arguments nor answers are kept. */
export interface CallRecord extends CallView {
  userId: string;
}

/** What became of calls: the one place to look when an answer was lost. */
export interface CallJournalStore {
  /**
   * Puts these in, in this order. Ids sort by time. Of one whose `id` is known only `state`, `endedAt` and `code` are new.
   */
  write(records: readonly CallRecord[]): Promise<void>;
  /** This user's, newest first; with `before`, the id of one of them, those older than it; none when it is not known. */
  page(userId: string, options: { limit: number; before?: string }): Promise<CallRecord[]>;
  /** What is still `running` becomes `unknown`, ended at `now`. For the start of the process. Returns how many. */
  endRunning(now: number): Promise<number>;
  /** Forgets all but this user's newest `keep`. */
  trim(userId: string, keep: number): Promise<void>;
  deleteBefore(startedAt: number): Promise<void>;
  deleteByUser(userId: string): Promise<void>;
}

export interface Stores {
  accounts: AccountStore;
  sessions: SessionStore;
  apiKeys: ApiKeyStore;
  oneTimeTokens: OneTimeTokenStore;
  userVars: UserVarStore;
  servers: ServerStore;
  keyChecks: KeyCheckStore;
  calls: CallJournalStore;
  grants: GrantStore;
  /** What the OpenID provider of this platform gave, one for each session: its id stands where servers stand in `grants`. */
  openIdGrants: GrantStore;
  grantLock: GrantLock;
  flows: FlowStore;
  oauthClients: OAuthClientStore;
  permissions: PermissionStore;
  instructions: InstructionStore;
  approvals: ApprovalStore;
  conversations: ConversationStore;
  sealedValues: SealedValues;
  /** For people: `SQLite 3.53 (data/patchbay.db)`. Carries no credentials. */
  describe(): string;
  ping(): Promise<void>;
  close(): Promise<void>;
}
