import { hidesCharacters } from "../../schemas/hidden-characters.ts";
import type { OpenIdSettings, RoleRule } from "./openid-settings.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** What a provider said about somebody, all of it proven to come from there. */
export interface Said {
  readonly id: Claims;
  /** Empty where the provider has no such endpoint. */
  readonly userinfo: Claims;
  readonly accessToken: string;
}

/** Somebody at the provider, as this platform sees them. */
export interface OpenIdPerson {
  readonly issuer: string;
  readonly subject: string;
  readonly username: string | null;
  /** Null when the provider gives none, or none that it has verified. */
  readonly email: string | null;
  readonly name: string;
  /** May they come in at all? */
  readonly isWelcome: boolean;
  /** Null where the provider does not decide on that. */
  readonly isAdmin: boolean | null;
}

const MAX_NAME_CHARACTERS = 100;

export function openIdPerson(said: Said, settings: OpenIdSettings): OpenIdPerson {
  const claims: Claims = { ...said.userinfo, ...said.id };
  const { name, username, email } = settings.claims;
  const address = textOf(claims[email]);
  // Some providers write it as text.
  const isVerified = settings.trustsEmail || String(claims.email_verified) === "true";
  return {
    issuer: String(said.id.iss),
    subject: String(said.id.sub),
    username: textOf(claims[username]),
    email: isVerified ? address : null,
    name: nameIn(claims, name) ?? address ?? String(said.id.sub),
    isWelcome: settings.requiredRole === null || hasRole(said, settings.requiredRole),
    isAdmin: settings.adminRole === null ? null : hasRole(said, settings.adminRole),
  };
}

function nameIn(claims: Claims, claim: string | null): string | null {
  const parts = [claims.given_name, claims.family_name].flatMap((part) => textOf(part) ?? []);
  const name = (claim === null ? null : textOf(claims[claim])) ?? textOf(claims.name) ?? parts.join(" ");
  // What our own accounts may be called: visible characters on one line.
  const visible = [...name].filter((character) => !hidesCharacters(character)).join("");
  return visible.trim() === "" ? null : [...visible.trim()].slice(0, MAX_NAME_CHARACTERS).join("");
}

/** Roles stand there as a list, or as words in one text. */
function hasRole(said: Said, { roles, path, source }: RoleRule): boolean {
  let at: unknown = source === "access" ? payloadOf(said.accessToken) : said[source];
  for (const key of path) at = typeof at === "object" && at !== null && Object.hasOwn(at, key) ? (at as Claims)[key] : undefined;
  const found = Array.isArray(at) ? at : typeof at === "string" ? [at, ...at.split(/[\s,]+/)] : [];
  return found.some((role) => roles.includes(String(role)));
}

/** Read, not verified: it came from the provider itself, over a connection that is. */
function payloadOf(token: string): Claims {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    return typeof payload === "object" && payload !== null ? (payload as Claims) : {};
  } catch {
    return {};
  }
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}
