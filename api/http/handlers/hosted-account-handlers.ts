import { ACCOUNT_ROUTES } from "../../../schemas/routes/account-routes.ts";
import { OPENID_ROUTES } from "../../../schemas/routes/openid-routes.ts";
import type { SYSTEM_ROUTES } from "../../../schemas/routes/system-routes.ts";
import { AppError } from "../../errors/app-error.ts";
import { VERSION } from "../../version.ts";
import type { HandlersFor } from "../handler.ts";
import { openApiHandler } from "./system-handlers.ts";

const elsewhere = (): never => {
  throw new AppError("ROUTE_UNKNOWN", "accounts are the host application's");
};

const accountHandlers: HandlersFor<typeof ACCOUNT_ROUTES> = {
  setupState: () => ({ body: { needed: false } }),
  me: ({ who: { userId, email, name, role } }) => ({
    body: { user: { id: userId, email, name, role, disabled: false, createdAt: 0, hasPassword: false } },
  }),
  setup: elsewhere,
  signIn: elsewhere,
  signOut: elsewhere,
  signOutEverywhere: elsewhere,
  changePassword: elsewhere,
  acceptInvite: elsewhere,
  listUsers: elsewhere,
  createUser: elsewhere,
  reinviteUser: elsewhere,
  updateUser: elsewhere,
  deleteUser: elsewhere,
  listKeys: elsewhere,
  createKey: elsewhere,
  deleteKey: elsewhere,
};

const isElsewhere = (name: string) => accountHandlers[name as keyof typeof ACCOUNT_ROUTES] === elsewhere;

/** Inside a host application its own sign-in counts: nobody is made, invited or signed in here, and no route is told for it. */
export const hostedAccountHandlers: HandlersFor<typeof ACCOUNT_ROUTES & Pick<typeof SYSTEM_ROUTES, "openapi">> = {
  ...accountHandlers,
  openapi: openApiHandler(VERSION, {
    isHosted: true,
    without: [...Object.keys(ACCOUNT_ROUTES).filter(isElsewhere), ...Object.keys(OPENID_ROUTES)],
  }),
};
