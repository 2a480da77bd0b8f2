import type { ACCOUNT_ROUTES } from "../../../schemas/routes/account-routes.ts";
import { AppError } from "../../errors/app-error.ts";
import type { HandlersFor } from "../handler.ts";

const elsewhere = (): never => {
  throw new AppError("ROUTE_UNKNOWN", "accounts are the host application's");
};

/** Inside a host application its own sign-in counts: nobody is made, invited or signed in here. */
export const hostedAccountHandlers: HandlersFor<typeof ACCOUNT_ROUTES> = {
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
