import type { Accounts, SignedIn } from "../../../api/identity/accounts.ts";
import { createAccounts } from "../../../api/identity/create-accounts.ts";
import { scryptPasswords } from "../../../api/identity/passwords.ts";
import type { SignInLimits } from "../../../api/identity/rate-limit.ts";
import { builtInIdentity } from "../../../api/identity/session-identity.ts";
import { watchIdentities } from "../../../api/identity/short-memory.ts";
import type { EventSink } from "../../../api/ports/event-sink.ts";
import type { Identity } from "../../../api/ports/identity.ts";
import type { Stores } from "../../../api/ports/stores.ts";
import { openSqliteStores } from "../../../api/storage/sqlite/sqlite-stores.ts";
import { type MovedClock, movedClock } from "../../support/moved-clock.ts";

export const PASSWORD = "correct horse battery";
export const DAY_MS = 86_400_000;

export interface OpenAccounts {
  accounts: Accounts;
  identity: Identity;
  stores: Stores;
  /** The same database, as another process changes it. */
  elsewhere: Stores;
  clock: MovedClock;
  /** What the event sink was told, one line each. */
  ended: string[];
  /** Users whose connections had to end. */
  released: string[];
  /** The first admin, ann. */
  firstAdmin(): Promise<SignedIn>;
  /** A user with the usual password. */
  person(name: string, role?: "ADMIN" | "USER"): Promise<string>;
  signIn(name: string, password?: string): Promise<SignedIn>;
  /** Who a request with this session's cookie is. */
  whoHas(token: string): ReturnType<Identity["identify"]>;
}

/** Built-in accounts over an empty database; hashing is cheap, everything else as in earnest. */
export function openAccounts({ isHttps = false, limits }: { isHttps?: boolean; limits?: SignInLimits } = {}): OpenAccounts {
  const elsewhere = openSqliteStores(":memory:");
  const { stores, changes } = watchIdentities(elsewhere);
  const clock = movedClock();
  const ended: string[] = [];
  const released: string[] = [];
  const events: Pick<EventSink, "sessionEnded"> = {
    sessionEnded: (userId, sessionId, reason) => void ended.push(`${userId} ${sessionId ?? "all"} ${reason}`),
  };
  const accounts = createAccounts({
    stores,
    clock,
    events,
    release: async (userId) => void released.push(userId),
    oauth: { grants: { revokeAll: async () => {} } },
    passwords: scryptPasswords({ log2N: 4, p: 1 }),
    signInLimits: limits,
  });
  const identity = builtInIdentity({ stores, changes, clock, events, isHttps });
  const cookieName = isHttps ? "__Host-patchbay_session" : "patchbay_session";
  const email = (name: string) => `${name}@example.com`;
  return {
    accounts,
    identity,
    stores,
    elsewhere,
    clock,
    ended,
    released,
    async firstAdmin() {
      const token = await accounts.issueSetupToken();
      return accounts.setup({ token, email: email("ann"), name: "Ann", password: PASSWORD });
    },
    async person(name, role = "USER") {
      return (await accounts.create({ email: email(name), name, role, password: PASSWORD })).user.id;
    },
    signIn: (name, password = PASSWORD) => accounts.signIn({ email: email(name), password, ip: "192.0.2.1" }),
    whoHas: (token) => identity.identify({ headers: { cookie: `${cookieName}=${token}` } }),
  };
}
