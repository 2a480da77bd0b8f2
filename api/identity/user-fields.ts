import type { Principal } from "../ports/identity.ts";
import type { AccountRecord } from "../ports/stores.ts";

/** What `{{LIBRECHAT_USER_*}}` stands for. A built-in account has one sign-in name, its e-mail; nobody has proven to own that. */
export function userFields({ id, email, name, role }: AccountRecord): Principal["fields"] {
  return {
    id,
    name,
    username: email,
    email,
    provider: "local",
    role,
    googleId: null,
    facebookId: null,
    openidId: null,
    samlId: null,
    ldapId: null,
    githubId: null,
    discordId: null,
    appleId: null,
    emailVerified: false,
    twoFactorEnabled: false,
    termsAccepted: false,
    termsAcceptedAt: null,
  };
}
