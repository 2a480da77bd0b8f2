import type { Clock } from "../ports/clock.ts";
import type { AccountRecord, Stores } from "../ports/stores.ts";
import { toUserView } from "./account-view.ts";
import type { SignedIn } from "./accounts.ts";
import type { Passwords } from "./passwords.ts";
import type { Sessions } from "./sessions.ts";

/** What every part of the accounts works with. */
export interface AccountsCore {
  readonly stores: Stores;
  readonly clock: Clock;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  /** The account is deleted, disabled or has another role: its connections have to end. */
  release(userId: string): Promise<void>;
  /** The account is about to be deleted: what it was given elsewhere is handed back. */
  handBack(userId: string): Promise<void>;
}

export async function signInAs({ sessions }: AccountsCore, account: AccountRecord): Promise<SignedIn> {
  return { ...(await sessions.begin(account.id)), user: toUserView(account) };
}
