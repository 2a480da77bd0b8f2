import { AppError } from "../errors/app-error.ts";
import type { AccountRecord } from "../ports/stores.ts";
import { checkAccountFields } from "./account-fields.ts";
import type { Accounts } from "./accounts.ts";
import { type AccountsCore, signInAs } from "./accounts-core.ts";
import { hashToken, randomToken } from "./tokens.ts";

const INVITE_LINK_MS = 7 * 24 * 3_600_000;

/** Ends earlier links of this account and makes a new one. */
export async function issueInvite({ stores, clock }: AccountsCore, userId: string): Promise<string> {
  await stores.oneTimeTokens.deleteByUser(userId);
  const token = randomToken();
  const expiresAt = clock.now() + INVITE_LINK_MS;
  await stores.oneTimeTokens.insert({ tokenHash: hashToken(token), purpose: "invite", userId, expiresAt });
  return token;
}

/** Links by which a person sets a password of their own. */
export function invitations(core: AccountsCore): Pick<Accounts, "invitation" | "acceptInvite"> {
  const { stores, clock, passwords, sessions } = core;

  async function invited(token: string): Promise<AccountRecord | null> {
    const found = await stores.oneTimeTokens.find(hashToken(token), "invite", clock.now());
    if (found === null || found.userId === null) return null;
    const account = await stores.accounts.byId(found.userId);
    return account === null || account.disabled ? null : account;
  }

  return {
    async invitation(token) {
      const account = await invited(token);
      return account === null ? null : { email: account.email, name: account.name };
    },
    async acceptInvite({ token, name, password }) {
      const account = await invited(token);
      if (account === null) throw refused();
      checkAccountFields({ name, password: { text: password, email: account.email } });
      const passwordHash = await passwords.hash(password);
      if ((await stores.oneTimeTokens.take(hashToken(token), "invite", clock.now())) === null) throw refused();
      const change = { name: name.trim(), passwordHash };
      if (!(await stores.accounts.update(account.id, change))) throw refused();
      await sessions.endAll(account.id, "signed_out");
      return signInAs(core, { ...account, ...change });
    },
  };
}

function refused(): AppError {
  return new AppError("INVITE_REFUSED", "This invitation is not valid, or not any more.");
}
