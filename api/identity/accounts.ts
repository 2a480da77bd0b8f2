import type { ApiKeyView, Role, UserView } from "../../schemas/wire.ts";

/** A fresh session. `token` goes into the cookie and is nowhere else; the times are epoch milliseconds. */
export interface SignedIn {
  readonly token: string;
  readonly sessionId: string;
  readonly expiresAt: number;
  readonly user: UserView;
}

/** What an admin gets to pass on. `inviteToken` is shown once; null when a password was given at once. */
export interface Invited {
  readonly user: UserView;
  readonly inviteToken: string | null;
}

/** Somebody whom the OpenID provider vouches for. */
export interface Vouched {
  readonly issuer: string;
  readonly subject: string;
  readonly username: string | null;
  /** Null unless the provider has verified that it is theirs. */
  readonly email: string | null;
  readonly name: string;
}

/** `unlinked`: there is an account with this e-mail; its owner has to say that it is theirs. */
export type Met = { kind: "known"; userId: string } | { kind: "unlinked"; user: UserView; hasPassword: boolean };

/** People whom the OpenID provider vouches for, and their accounts here. */
export interface VouchedAccounts {
  /**
   * Who they are here. Makes an account for somebody new where `makesAccounts` says so. SIGN_IN_REFUSED for a disabled
   * account, OPENID_EMAIL_UNVERIFIED, OPENID_NO_ACCOUNT.
   */
  meet(person: Vouched, options: { makesAccounts: boolean }): Promise<Met>;
  /** Their own word that the account is theirs, with its password where it has one. SIGN_IN_REFUSED, RATE_LIMITED, as `meet`. */
  link(person: Vouched, proof: { password: string | null; ip: string }): Promise<void>;
  /** `isAdmin`: what the provider says about that; null when it does not decide. The last admin stays one. */
  enter(userId: string, isAdmin: boolean | null): Promise<SignedIn>;
}

/**
 * The built-in accounts: everything the routes need. Refusals are `AppError`s: REQUEST_INVALID with `details`
 * for a name, e-mail or password that breaks a rule, and the codes named at each method.
 */
export interface Accounts {
  /** True until the first account exists; never true again after that. */
  setupNeeded(): Promise<boolean>;
  /** The token for the printed setup link, valid for a day. An earlier link stops working. */
  issueSetupToken(): Promise<string>;
  /** Makes the first account, an admin, and signs it in. SETUP_CLOSED, SETUP_TOKEN_REFUSED. */
  setup(request: { token: string; email: string; name: string; password: string }): Promise<SignedIn>;

  /** Always a new session. SIGN_IN_REFUSED whatever was wrong; RATE_LIMITED with `retryAfterMs`. */
  signIn(request: { email: string; password: string; ip: string }): Promise<SignedIn>;
  /** Ends one session and its live sockets. Fine when it has ended already. */
  signOut(request: { userId: string; sessionId: string }): Promise<void>;
  /** Ends all sessions of this user; API keys stay. */
  signOutEverywhere(userId: string): Promise<void>;
  /**
   * Ends every other session of this user; `sessionId` (the one asking, if there is one) stays.
   * SIGN_IN_REFUSED for a wrong current password; RATE_LIMITED.
   */
  changePassword(request: {
    userId: string;
    sessionId: string | null;
    currentPassword: string;
    newPassword: string;
    ip: string;
  }): Promise<void>;

  /** Null when there is no such account. */
  byId(id: string): Promise<UserView | null>;
  /** Oldest first. For admins; so is everything down to `delete` but `acceptInvite`. */
  list(): Promise<UserView[]>;
  /** ACCOUNT_EXISTS. */
  create(request: { email: string; name: string; role: Role; password?: string }): Promise<Invited>;
  /** Who an open invitation is for, to greet them by name; null when it is not valid. */
  invitation(token: string): Promise<{ email: string; name: string } | null>;
  /** Sets name and password, ends older sessions and signs in. INVITE_REFUSED; of many callers at once one wins. */
  acceptInvite(request: { token: string; name: string; password: string }): Promise<SignedIn>;
  /** A new link to set a password; earlier ones stop working, the present password stays until then. ACCOUNT_UNKNOWN. */
  reinvite(id: string): Promise<Invited>;
  /** Another role, or `disabled`, ends the sessions and connections of this user. ACCOUNT_UNKNOWN, LAST_ADMIN. */
  update(id: string, change: { name?: string; role?: Role; disabled?: boolean }): Promise<UserView>;
  /** Removes the account and all it owned. ACCOUNT_UNKNOWN, LAST_ADMIN. */
  delete(id: string): Promise<void>;

  /** People who sign in by the OpenID provider. */
  readonly vouched: VouchedAccounts;

  readonly apiKeys: {
    list(userId: string): Promise<ApiKeyView[]>;
    /**
     * `secret` is the whole key, `pbk_<id>_<secret>`, shown once. `expiresAt` null: never. With `madeWith`, the key that asks
     * for it, it must not outlive that one. LIMIT_REACHED.
     */
    create(request: {
      userId: string;
      name: string;
      expiresAt: number | null;
      madeWith?: string | undefined;
    }): Promise<{ key: ApiKeyView; secret: string }>;
    /** API_KEY_UNKNOWN when this user has no such key. */
    delete(userId: string, id: string): Promise<void>;
  };
}
