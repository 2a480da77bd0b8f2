import type { ACCOUNT_ROUTES } from "../../../schemas/routes/account-routes.ts";
import type { Role } from "../../../schemas/wire.ts";
import type { Accounts, Invited, SignedIn } from "../../identity/accounts.ts";
import type { OpenIdSignIn } from "../../openid/openid-sign-in.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ApiAnswer, HandlersFor } from "../handler.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const DONE: ApiAnswer = { body: { success: true } };

/** First run, signing in and out, people and their keys, for the built-in accounts. */
export function accountHandlers(
  accounts: Accounts,
  clock: Clock,
  openId: Pick<OpenIdSignIn, "button" | "signOutUrl"> | null,
): HandlersFor<typeof ACCOUNT_ROUTES> {
  const signedIn = (signed: SignedIn): ApiAnswer => ({ body: { user: signed.user }, session: signed });
  const inviteUrl = (baseUrl: string, { inviteToken }: Invited) =>
    inviteToken === null ? null : `${baseUrl}/invite#token=${inviteToken}`;
  return {
    setupState: async () => ({
      body: { needed: await accounts.setupNeeded(), ...(openId === null ? {} : { openid: openId.button }) },
    }),
    setup: async ({ body }) => signedIn(await accounts.setup(body as Parameters<Accounts["setup"]>[0])),
    signIn: async ({ body, ip }) =>
      signedIn(await accounts.signIn({ ...(body as { email: string; password: string }), ip: ip() })),
    signOut: async ({ who, baseUrl }) => {
      // Before what was kept for the session goes with it.
      const redirectTo = (await openId?.signOutUrl(who, baseUrl())) ?? null;
      if (who.sessionId !== null) await accounts.signOut({ userId: who.userId, sessionId: who.sessionId });
      return { body: { success: true, ...(redirectTo === null ? {} : { redirectTo }) }, session: null };
    },
    signOutEverywhere: async ({ who }) => {
      await accounts.signOutEverywhere(who.userId);
      return { ...DONE, session: null };
    },
    me: async ({ who }) => {
      const user = await accounts.byId(who.userId);
      if (user !== null) return { body: { user } };
      const { userId: id, email, name, role } = who;
      return { body: { user: { id, email, name, role, disabled: false, createdAt: 0, hasPassword: false } } };
    },
    changePassword: async ({ who, body, ip }) => {
      const passwords = body as { currentPassword: string; newPassword: string };
      await accounts.changePassword({ ...passwords, userId: who.userId, sessionId: who.sessionId, ip: ip() });
      return DONE;
    },
    acceptInvite: async ({ body }) => signedIn(await accounts.acceptInvite(body as Parameters<Accounts["acceptInvite"]>[0])),
    listUsers: async () => ({ body: { users: await accounts.list() } }),
    createUser: async ({ body, baseUrl }) => {
      const invited = await accounts.create(body as { email: string; name: string; role: Role; password?: string });
      return { body: { user: invited.user, inviteUrl: inviteUrl(baseUrl(), invited) } };
    },
    reinviteUser: async ({ params, baseUrl }) => ({
      body: { inviteUrl: inviteUrl(baseUrl(), await accounts.reinvite(params.id ?? "")) },
    }),
    updateUser: async ({ params, body }) => ({
      body: { user: await accounts.update(params.id ?? "", body as { name?: string; role?: Role; disabled?: boolean }) },
    }),
    deleteUser: async ({ params }) => {
      await accounts.delete(params.id ?? "");
      return DONE;
    },
    listKeys: async ({ who }) => ({ body: { keys: await accounts.apiKeys.list(who.userId) } }),
    createKey: async ({ who, body }) => {
      const { name, expiresInDays } = body as { name: string; expiresInDays?: number };
      const expiresAt = expiresInDays === undefined ? null : clock.now() + expiresInDays * DAY_MS;
      return { body: await accounts.apiKeys.create({ userId: who.userId, name, expiresAt, madeWith: who.keyId }) };
    },
    deleteKey: async ({ who, params }) => {
      await accounts.apiKeys.delete(who.userId, params.id ?? "");
      return DONE;
    },
  };
}
