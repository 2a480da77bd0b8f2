import type { Segment } from "../types.ts";
import { PROTECTED_ENV } from "./placeholders.ts";
import type { OpenIdTokens, ResolveContext } from "./resolved.ts";

type Placeholder = Extract<Segment, { kind: "placeholder" }>;

/**
 * `value`: there it is, possibly blank. `absent`: nothing known; LibreChat sends the placeholder's own text.
 * `expired`: an OpenID credential that needs a new sign-in.
 */
export type Looked = { kind: "value"; value: string } | { kind: "absent" } | { kind: "expired" };

const ABSENT: Looked = { kind: "absent" };
/** A token this close to its end counts as expired, in milliseconds. */
const EXPIRY_MARGIN_MS = 30_000;

/** The value of one placeholder for one user. Reads own properties only. */
export function lookUp({ family, name }: Placeholder, context: ResolveContext): Looked {
  switch (family) {
    case "env":
      return PROTECTED_ENV.has(name) ? ABSENT : notEmpty(own(context.env, name));
    case "userVar":
      return given(own(context.userVars, name));
    case "user":
      return userField(name, context);
    case "body":
      return context.body === undefined ? ABSENT : { kind: "value", value: own(context.body, name) ?? "" };
    case "openid":
      return openIdField(name, context);
    case "graph":
      return notEmpty(context.graphToken);
    case "unknown":
      return ABSENT;
  }
}

function userField(name: string, { user }: ResolveContext): Looked {
  const value = own(user, name);
  if (name === "id") return notEmpty(asText(value) || asText(own(user, "_id")));
  return value === undefined ? ABSENT : { kind: "value", value: asText(value) ?? "" };
}

function openIdField(name: string, context: ResolveContext): Looked {
  const { openid, now = Date.now() } = context;
  if (openid === undefined) return ABSENT;
  const isCurrent = openid.accessToken !== undefined && openid.accessToken !== "" && !isOver(openid.expiresAt, now);
  if (name === "accessToken") return isCurrent ? notEmpty(openid.accessToken) : { kind: "expired" };
  if (name === "idToken") {
    const claims = claimsOf(openid);
    const expiresAt = typeof claims.exp === "number" ? claims.exp : undefined;
    const isValid = isCurrent && openid.idToken !== undefined && expiresAt !== undefined && !isOver(expiresAt, now);
    return isValid ? notEmpty(openid.idToken) : { kind: "expired" };
  }
  return isCurrent ? metadata(name, openid, context) : ABSENT;
}

/** What the id token says goes before what our own record says. */
function metadata(name: string, openid: OpenIdTokens, { user }: ResolveContext): Looked {
  const claims = claimsOf(openid);
  const value = {
    userId: claims.sub ?? own(user, "openidId") ?? own(user, "id"),
    userEmail: claims.email ?? own(user, "email"),
    userName: claims.name ?? own(user, "name") ?? own(user, "username"),
    expiresAt: openid.expiresAt,
  }[name];
  return { kind: "value", value: asText(value) ?? "" };
}

/** Read, not verified: the token was verified when the person signed in. */
function claimsOf({ idToken }: OpenIdTokens): Record<string, unknown> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(idToken?.split(".")[1] ?? "", "base64url").toString());
    return typeof claims === "object" && claims !== null ? (claims as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isOver(expiresAtSeconds: number | undefined, now: number): boolean {
  return expiresAtSeconds !== undefined && expiresAtSeconds * 1_000 - EXPIRY_MARGIN_MS <= now;
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function given(value: string | undefined): Looked {
  return value === undefined ? ABSENT : { kind: "value", value };
}

function notEmpty(value: string | undefined): Looked {
  return value === undefined || value === "" ? ABSENT : { kind: "value", value };
}

function asText(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}
