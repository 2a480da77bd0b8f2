import { randomUUID } from "node:crypto";
import { AppError } from "../errors/app-error.ts";
import type { AccountRecord } from "../ports/stores.ts";
import { checkAccountFields, signInName } from "./account-fields.ts";
import { toUserView } from "./account-view.ts";
import type { Accounts } from "./accounts.ts";
import type { AccountsCore } from "./accounts-core.ts";
import { issueInvite } from "./invitations.ts";
import { oneAtATime } from "./one-at-a-time.ts";

type PeoplePart = Pick<Accounts, "byId" | "list" | "create" | "reinvite" | "update" | "delete">;

/** What admins do with accounts. */
export function people(core: AccountsCore): PeoplePart {
  const { stores, clock, sessions, passwords } = core;
  // Two admins who demote each other at the same moment must not both succeed.
  const queued = oneAtATime();

  async function known(id: string): Promise<AccountRecord> {
    const account = await stores.accounts.byId(id);
    if (account === null) throw new AppError("ACCOUNT_UNKNOWN", "There is no such account.");
    return account;
  }
  async function keepAnAdmin(leaving: AccountRecord): Promise<void> {
    if (!isActiveAdmin(leaving)) return;
    const others = (await stores.accounts.list()).filter((account) => account.id !== leaving.id);
    if (!others.some(isActiveAdmin)) throw new AppError("LAST_ADMIN", "This is the last admin who can sign in.");
  }

  return {
    async byId(id) {
      const account = await stores.accounts.byId(id);
      return account === null ? null : toUserView(account);
    },
    list: async () => (await stores.accounts.list()).map(toUserView),
    async create({ email, name, role, password }) {
      checkAccountFields({ email, name, ...(password === undefined ? {} : { password: { text: password, email } }) });
      const account: AccountRecord = {
        id: randomUUID(),
        email: signInName(email),
        name: name.trim(),
        role,
        passwordHash: password === undefined ? null : await passwords.hash(password),
        disabled: false,
        createdAt: clock.now(),
        openId: null,
      };
      if (!(await stores.accounts.insert(account))) {
        throw new AppError("ACCOUNT_EXISTS", "There is an account with this e-mail address already.");
      }
      return { user: toUserView(account), inviteToken: password === undefined ? await issueInvite(core, account.id) : null };
    },
    async reinvite(id) {
      const account = await known(id);
      return { user: toUserView(account), inviteToken: await issueInvite(core, id) };
    },
    update: (id, { name, role, disabled }) =>
      queued(async () => {
        const before = await known(id);
        if (name !== undefined) checkAccountFields({ name });
        const after: AccountRecord = {
          ...before,
          name: name?.trim() ?? before.name,
          role: role ?? before.role,
          disabled: disabled ?? before.disabled,
        };
        if (!isActiveAdmin(after)) await keepAnAdmin(before);
        await stores.accounts.update(id, { name: after.name, role: after.role, disabled: after.disabled });
        if (after.disabled && !before.disabled) await shutOut(core, id);
        else if (after.role !== before.role) {
          await sessions.endAll(id, "signed_out");
          await core.release(id);
        }
        return toUserView(after);
      }),
    delete: (id) =>
      queued(async () => {
        await keepAnAdmin(await known(id));
        // The account goes last: if this is cut short, it is there, shut, and can be deleted again.
        await stores.accounts.update(id, { disabled: true });
        await shutOut(core, id);
        await stores.apiKeys.deleteByUser(id);
        await stores.userVars.clearUser(id);
        await stores.calls.deleteByUser(id);
        await stores.permissions.deleteByUser(id);
        await stores.instructions.deleteByUser(id);
        await stores.approvals.deleteByUser(id);
        await stores.conversations.deleteByUser(id);
        await core.handBack(id);
        await stores.flows.deleteByUser(id);
        await stores.grants.deleteByUser(id);
        await stores.openIdGrants.deleteByUser(id);
        await stores.accounts.delete(id);
      }),
  };
}

function isActiveAdmin({ role, disabled, passwordHash }: AccountRecord): boolean {
  return role === "ADMIN" && !disabled && passwordHash !== null;
}

async function shutOut({ stores, sessions, release }: AccountsCore, userId: string): Promise<void> {
  await sessions.endAll(userId, "account_removed");
  await stores.oneTimeTokens.deleteByUser(userId);
  await release(userId);
}
