import { AppError } from "../errors/app-error.ts";
import { checkNewPassword, signInName } from "./account-fields.ts";
import type { Accounts } from "./accounts.ts";
import { type AccountsCore, signInAs } from "./accounts-core.ts";
import { placeOf, type SignInLimiter } from "./rate-limit.ts";

type SignInPart = Pick<Accounts, "signIn" | "signOut" | "signOutEverywhere" | "changePassword">;

/** By password. Whatever is wrong, the answer and its time are the same. */
export function signInByPassword(core: AccountsCore, limiter: SignInLimiter): SignInPart {
  const { stores, sessions, passwords } = core;
  return {
    async signIn({ email, password, ip }) {
      const attempt = { email: signInName(email), ip };
      await limiter.count(attempt);
      const account = await stores.accounts.byEmail(attempt.email);
      const mayEnter = account !== null && !account.disabled && account.passwordHash !== null;
      const isRight = await passwords.verify(password, mayEnter ? account.passwordHash : null, placeOf(ip));
      if (!mayEnter || !isRight) throw new AppError("SIGN_IN_REFUSED", "E-mail or password is wrong.");
      await limiter.forgive(attempt);
      return signInAs(core, account);
    },
    signOut: ({ userId, sessionId }) => sessions.end(userId, sessionId),
    signOutEverywhere: (userId) => sessions.endAll(userId, "signed_out"),
    async changePassword({ userId, sessionId, currentPassword, newPassword, ip }) {
      const account = await stores.accounts.byId(userId);
      if (account === null) throw new AppError("ACCOUNT_UNKNOWN", "There is no such account.");
      const attempt = { email: account.email, ip };
      await limiter.count(attempt);
      if (!(await passwords.verify(currentPassword, account.passwordHash, placeOf(ip)))) {
        throw new AppError("SIGN_IN_REFUSED", "The current password is wrong.");
      }
      await limiter.forgive(attempt);
      checkNewPassword("/newPassword", newPassword, account.email);
      await stores.accounts.update(userId, { passwordHash: await passwords.hash(newPassword) });
      await stores.oneTimeTokens.deleteByUser(userId);
      await (sessionId === null ? sessions.endAll(userId, "signed_out") : sessions.endOthers(userId, sessionId));
    },
  };
}
