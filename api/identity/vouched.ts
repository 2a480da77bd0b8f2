import { randomUUID } from "node:crypto";
import { AppError } from "../errors/app-error.ts";
import type { AccountRecord } from "../ports/stores.ts";
import { checkAccountFields, signInName } from "./account-fields.ts";
import { toUserView } from "./account-view.ts";
import type { Accounts, Met, Vouched, VouchedAccounts } from "./accounts.ts";
import { type AccountsCore, signInAs } from "./accounts-core.ts";
import { placeOf, type SignInLimiter } from "./rate-limit.ts";

export interface VouchedOptions {
  limiter: SignInLimiter;
  setupNeeded: Accounts["setupNeeded"];
  update: Accounts["update"];
}

export function vouchedAccounts(core: AccountsCore, options: VouchedOptions): VouchedAccounts {
  const { stores, clock, passwords } = core;
  const { limiter, setupNeeded, update } = options;

  async function known({ issuer, subject, username }: Vouched): Promise<string | null> {
    const account = await stores.accounts.byOpenId(issuer, subject);
    if (account === null) return null;
    refuseDisabled(account);
    if (account.openId?.username !== username)
      await stores.accounts.update(account.id, { openId: { issuer, subject, username } });
    return account.id;
  }

  /** The account with their e-mail that no other sign-in belongs to; null when there is none. */
  async function sameEmail({ email }: Vouched): Promise<AccountRecord | null> {
    if (email === null) throw new AppError("OPENID_EMAIL_UNVERIFIED", "the provider does not vouch for your e-mail address");
    if (await setupNeeded()) throw new AppError("OPENID_NO_ACCOUNT", "the first account is made with the setup link");
    const account = await stores.accounts.byEmail(signInName(email));
    if (account === null) return null;
    refuseDisabled(account);
    if (account.openId !== null)
      throw new AppError("OPENID_NO_ACCOUNT", "the account with your e-mail address belongs to another sign-in at the provider");
    return account;
  }

  /** False when somebody was faster. */
  async function made({ email, name, ...openId }: Vouched): Promise<boolean> {
    checkAccountFields({ email: email ?? "", name });
    return stores.accounts.insert({
      id: randomUUID(),
      email: signInName(email ?? ""),
      name: name.trim(),
      role: "USER",
      passwordHash: null,
      disabled: false,
      createdAt: clock.now(),
      openId: { issuer: openId.issuer, subject: openId.subject, username: openId.username },
    });
  }

  async function meet(person: Vouched, { makesAccounts }: { makesAccounts: boolean }): Promise<Met> {
    const userId = await known(person);
    if (userId !== null) return { kind: "known", userId };
    const account = await sameEmail(person);
    if (account !== null) return { kind: "unlinked", user: toUserView(account), hasPassword: account.passwordHash !== null };
    if (!makesAccounts) throw new AppError("OPENID_NO_ACCOUNT", "there is no account here with your e-mail address");
    await made(person);
    // Made by this sign-in, or by one at the same moment.
    return meet(person, { makesAccounts: false });
  }

  return {
    meet,
    async link(person, { password, ip }) {
      if ((await known(person)) !== null) return;
      const account = await sameEmail(person);
      if (account === null) throw new AppError("OPENID_NO_ACCOUNT", "there is no account here with your e-mail address");
      if (account.passwordHash !== null) {
        const attempt = { email: account.email, ip };
        await limiter.count(attempt);
        if (!(await passwords.verify(password ?? "", account.passwordHash, placeOf(ip))))
          throw new AppError("SIGN_IN_REFUSED", "The password of the account is wrong.");
        await limiter.forgive(attempt);
      }
      const { issuer, subject, username } = person;
      if (!(await stores.accounts.update(account.id, { openId: { issuer, subject, username } })))
        throw new AppError("OPENID_NO_ACCOUNT", "the account is gone, or belongs to somebody else now");
      // Who has taken it over this way needs no link any more, and nobody else should have one.
      await stores.oneTimeTokens.deleteByUser(account.id);
    },
    async enter(userId, isAdmin) {
      const before = await stores.accounts.byId(userId);
      const role = isAdmin === true ? "ADMIN" : "USER";
      if (isAdmin !== null && before !== null && before.role !== role) await update(userId, { role }).catch(unlessLastAdmin);
      const account = await stores.accounts.byId(userId);
      if (account === null) throw new AppError("ACCOUNT_UNKNOWN", "There is no such account.");
      refuseDisabled(account);
      return signInAs(core, account);
    },
  };
}

function unlessLastAdmin(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== "LAST_ADMIN") throw error;
}

function refuseDisabled({ disabled }: AccountRecord): void {
  if (disabled) throw new AppError("SIGN_IN_REFUSED", "This account is disabled.");
}
