import type { Clock } from "../ports/clock.ts";
import type {
  AccountRecord,
  AccountStore,
  ApiKeyRecord,
  ApiKeyStore,
  SessionRecord,
  SessionStore,
  Stores,
} from "../ports/stores.ts";

/** How long another process's change may go unseen. Changes made through these stores hold at once. */
const KEEP_MS = 1_000;
const MAX_KEPT = 10_000;

type IdentityStores = Pick<Stores, "accounts" | "sessions" | "apiKeys">;

/**
 * Remembers for a moment who somebody is: every request asks the same three questions, and a database answers them a
 * thousand times a second with the same words. Nothing is remembered of what is not there.
 */
export function withShortMemory<Every extends IdentityStores>(stores: Every, clock: Clock): Every {
  return {
    ...stores,
    accounts: accounts(stores.accounts, clock),
    sessions: sessions(stores.sessions, clock),
    apiKeys: apiKeys(stores.apiKeys, clock),
  };
}

function accounts(store: AccountStore, clock: Clock): AccountStore {
  const byId = memory<AccountRecord>(clock);
  return {
    ...store,
    byId: (id) => byId.get(id, () => store.byId(id)),
    insert: byId.clearing(store.insert),
    insertFirst: byId.clearing(store.insertFirst),
    update: byId.clearing(store.update),
    delete: byId.clearing(store.delete),
  };
}

function sessions(store: SessionStore, clock: Clock): SessionStore {
  const byTokenHash = memory<SessionRecord>(clock);
  return {
    ...store,
    async byTokenHash(hash, now) {
      const session = await byTokenHash.get(hash, () => store.byTokenHash(hash, now));
      return session === null || session.expiresAt <= now ? null : session;
    },
    touch: byTokenHash.clearing(store.touch),
    delete: byTokenHash.clearing(store.delete),
    deleteByUser: byTokenHash.clearing(store.deleteByUser),
  };
}

function apiKeys(store: ApiKeyStore, clock: Clock): ApiKeyStore {
  const byId = memory<ApiKeyRecord>(clock);
  return {
    ...store,
    byId: (id) => byId.get(id, () => store.byId(id)),
    touch: byId.clearing(store.touch),
    delete: byId.clearing(store.delete),
    deleteByUser: byId.clearing(store.deleteByUser),
  };
}

interface Memory<Found> {
  get(key: string, read: () => Promise<Found | null>): Promise<Found | null>;
  /** The same write, with everything forgotten before and after it. */
  clearing<Args extends unknown[], Result>(write: (...args: Args) => Promise<Result>): (...args: Args) => Promise<Result>;
}

function memory<Found>(clock: Clock): Memory<Found> {
  const kept = new Map<string, { readonly promise: Promise<Found>; readonly until: number }>();
  /** A read that a write has overtaken must not be remembered. */
  let writes = 0;
  const forget = () => {
    writes += 1;
    kept.clear();
  };
  const learn = async (key: string, read: () => Promise<Found | null>) => {
    const before = writes;
    const found = await read();
    if (found === null || before !== writes) return found;
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(key, { promise: Promise.resolve(found), until: clock.now() + KEEP_MS });
    return found;
  };
  return {
    get(key, read) {
      const known = kept.get(key);
      return known !== undefined && known.until > clock.now() ? known.promise : learn(key, read);
    },
    clearing:
      (write) =>
      async (...args) => {
        forget();
        try {
          return await write(...args);
        } finally {
          forget();
        }
      },
  };
}
