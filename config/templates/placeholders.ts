import type { PlaceholderFamily } from "../types.ts";

/** LibreChat's user fields by the last part of `{{LIBRECHAT_USER_X}}`, as they are called in a ResolveContext. */
const USER_FIELDS: Readonly<Record<string, string>> = {
  ID: "id",
  NAME: "name",
  USERNAME: "username",
  EMAIL: "email",
  PROVIDER: "provider",
  ROLE: "role",
  GOOGLEID: "googleId",
  FACEBOOKID: "facebookId",
  OPENIDID: "openidId",
  SAMLID: "samlId",
  LDAPID: "ldapId",
  GITHUBID: "githubId",
  DISCORDID: "discordId",
  APPLEID: "appleId",
  EMAILVERIFIED: "emailVerified",
  TWOFACTORENABLED: "twoFactorEnabled",
  TERMSACCEPTED: "termsAccepted",
  TERMSACCEPTEDAT: "termsAcceptedAt",
};

const BODY_FIELDS: Readonly<Record<string, string>> = {
  CONVERSATIONID: "conversationId",
  PARENTMESSAGEID: "parentMessageId",
  MESSAGEID: "messageId",
};

const OPENID_FIELDS: Readonly<Record<string, string>> = {
  ACCESS_TOKEN: "accessToken",
  TOKEN: "accessToken",
  ID_TOKEN: "idToken",
  USER_ID: "userId",
  USER_EMAIL: "userEmail",
  USER_NAME: "userName",
  EXPIRES_AT: "expiresAt",
};

const PREFIXES: readonly [prefix: string, family: PlaceholderFamily, fields: Readonly<Record<string, string>>][] = [
  ["LIBRECHAT_USER_", "user", USER_FIELDS],
  ["LIBRECHAT_BODY_", "body", BODY_FIELDS],
  ["LIBRECHAT_OPENID_", "openid", OPENID_FIELDS],
  ["LIBRECHAT_GRAPH_", "graph", { ACCESS_TOKEN: "accessToken" }],
];

/** Every `{{...}}` name that needs no declaration, for suggestions and documentation. */
export const KNOWN_NAMES: readonly string[] = PREFIXES.flatMap(([prefix, , fields]) =>
  Object.keys(fields).map((field) => `${prefix}${field}`),
);

/** The family of an undeclared name, and the field it reads. */
export function knownPlaceholder(name: string): { family: PlaceholderFamily; field: string } | null {
  for (const [prefix, family, fields] of PREFIXES) {
    if (!name.startsWith(prefix)) continue;
    const key = name.slice(prefix.length);
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field !== undefined) return { family, field };
  }
  return null;
}

/** The platform's own secrets: never handed to a server, not even by the operator's file. */
export const PROTECTED_ENV: ReadonlySet<string> = new Set([
  "JWT_SECRET",
  "JWT_REFRESH_SECRET",
  "CREDS_KEY",
  "CREDS_KEY_FILE",
  "CREDS_IV",
  "OPENID_CLIENT_SECRET",
  "OPENID_CLIENT_SECRET_FILE",
  "OPENID_SESSION_SECRET",
  "METRICS_TOKEN",
  "METRICS_TOKEN_FILE",
  "SESSION_SECRET",
  "MEILI_MASTER_KEY",
  "MONGO_URI",
  "MONGO_URI_FILE",
  "REDIS_URI",
  "REDIS_PASSWORD",
]);
