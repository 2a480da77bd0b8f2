import { randomUUID } from "node:crypto";
import { AppError } from "../errors/app-error.ts";
import type { AccountRecord } from "../ports/stores.ts";
import { checkAccountFields, signInName } from "./account-fields.ts";
import type { Accounts } from "./accounts.ts";
import { type AccountsCore, signInAs } from "./accounts-core.ts";
import { hashToken, randomToken } from "./tokens.ts";

const SETUP_LINK_MS = 24 * 3_600_000;

/** The first account: an admin, made by whoever can read what the server printed. */
export function firstAccount(core: AccountsCore): Pick<Accounts, "setupNeeded" | "issueSetupToken" | "setup"> {
  const { stores, clock, passwords } = core;
  // The last admin cannot be deleted, so this never turns back.
  let isDone = false;

  async function setupNeeded(): Promise<boolean> {
    isDone ||= (await stores.accounts.list()).length > 0;
    return !isDone;
  }
  async function refuseWhenDone(): Promise<void> {
    if (!(await setupNeeded())) throw closed();
  }

  return {
    setupNeeded,
    async issueSetupToken() {
      await refuseWhenDone();
      await stores.oneTimeTokens.deleteByPurpose("setup");
      const token = randomToken();
      const expiresAt = clock.now() + SETUP_LINK_MS;
      await stores.oneTimeTokens.insert({ tokenHash: hashToken(token), purpose: "setup", userId: null, expiresAt });
      return token;
    },
    async setup({ token, email, name, password }) {
      await refuseWhenDone();
      if ((await stores.oneTimeTokens.find(hashToken(token), "setup", clock.now())) === null) {
        throw new AppError("SETUP_TOKEN_REFUSED", "This setup link is not valid, or not any more.");
      }
      checkAccountFields({ email, name, password: { text: password, email } });
      const account: AccountRecord = {
        id: randomUUID(),
        email: signInName(email),
        name: name.trim(),
        role: "ADMIN",
        passwordHash: await passwords.hash(password),
        disabled: false,
        createdAt: clock.now(),
        openId: null,
      };
      // The insert decides who is first; the link is used up after it, so that a fault in between does not lock everybody out.
      if (!(await stores.accounts.insertFirst(account))) throw closed();
      await stores.oneTimeTokens.deleteByPurpose("setup");
      return signInAs(core, account);
    },
  };
}

function closed(): AppError {
  return new AppError("SETUP_CLOSED", "The first account exists already.");
}
