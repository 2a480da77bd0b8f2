import type { Limits } from "../limits.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { Stores } from "../ports/stores.ts";
import type { Accounts } from "./accounts.ts";
import type { AccountsCore } from "./accounts-core.ts";
import { createApiKeys } from "./api-keys.ts";
import { firstAccount } from "./first-account.ts";
import { invitations } from "./invitations.ts";
import { type Passwords, scryptPasswords } from "./passwords.ts";
import { people } from "./people.ts";
import { type SignInLimits, signInLimiter } from "./rate-limit.ts";
import { createSessions, type SessionLimits } from "./sessions.ts";
import { signInByPassword } from "./sign-in.ts";
import { vouchedAccounts } from "./vouched.ts";

export interface AccountsOptions {
  readonly stores: Stores;
  readonly clock: Clock;
  readonly events: Pick<EventSink, "sessionEnded">;
  /** Ends the connections of an account that was deleted, disabled or got another role. */
  readonly release: (userId: string) => Promise<void>;
  /** Sign-ins at servers: those of an account that is deleted are ended. */
  readonly oauth: { readonly grants: { revokeAll(userId: string): Promise<void> } };
  readonly limits?: Pick<Limits, "apiKeysPerUser">;
  readonly sessionLimits?: SessionLimits;
  readonly signInLimits?: SignInLimits;
  /** @default scrypt at its default cost */
  readonly passwords?: Passwords;
}

/** The built-in accounts over the stores. */
export function createAccounts(options: AccountsOptions): Accounts {
  const { stores, clock, events, release, oauth, sessionLimits, signInLimits, passwords = scryptPasswords() } = options;
  const sessions = createSessions({ store: stores.sessions, clock, events, limits: sessionLimits });
  const core: AccountsCore = { stores, clock, sessions, passwords, release, handBack: oauth.grants.revokeAll };
  const limiter = signInLimiter(signInLimits);
  const first = firstAccount(core);
  const everybody = people(core);
  return {
    ...first,
    ...signInByPassword(core, limiter),
    ...everybody,
    vouched: vouchedAccounts(core, { limiter, setupNeeded: first.setupNeeded, update: everybody.update }),
    ...invitations(core),
    apiKeys: createApiKeys({ store: stores.apiKeys, clock, events, maxPerUser: options.limits?.apiKeysPerUser }),
  };
}
