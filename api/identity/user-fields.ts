import type { Principal } from "../ports/identity.ts";
import type { AccountRecord } from "../ports/stores.ts";

/**
 * What `{{LIBRECHAT_USER_*}}` stands for. A built-in account has one sign-in name, its e-mail, and nobody has proven to own
 * that; who signs in by the OpenID provider has, there.
 */
export function userFields({ id, email, name, role, openId }: AccountRecord): Principal["fields"] {
  return {
    id,
    name,
    username: openId?.username ?? email,
    email,
    provider: openId === null ? "local" : "openid",
    role,
    googleId: null,
    facebookId: null,
    openidId: openId?.subject ?? null,
    samlId: null,
    ldapId: null,
    githubId: null,
    discordId: null,
    appleId: null,
    emailVerified: openId !== null,
    twoFactorEnabled: false,
    termsAccepted: false,
    termsAcceptedAt: null,
  };
}
