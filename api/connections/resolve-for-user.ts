import { placeholderFamilies } from "../../config/connection-scope.ts";
import { isHeaderText } from "../../config/templates/header-rules.ts";
import { resolveOAuth, resolveTarget } from "../../config/templates/resolve-target.ts";
import type { ResolvedOAuth, ResolvedTarget, ResolveFailure } from "../../config/templates/resolved.ts";
import type { PlatformConfig, ServerConfig } from "../../config/types.ts";
import { missingUserVars } from "../../config/user-vars.ts";
import { AppError } from "../errors/app-error.ts";
import type { RemoteResolved } from "../oauth/resolve-server.ts";
import type { OpenIdGift, OpenIdNeed } from "../openid/open-openid.ts";
import type { Principal } from "../ports/identity.ts";
import type { UserVars } from "../user-vars/user-vars.ts";

export interface ResolveForUserOptions {
  userVars: UserVars;
  /** The process environment as the operator's file may see it. */
  env: Readonly<Record<string, string | undefined>>;
  settings: () => PlatformConfig["settings"];
  /** What the OpenID provider gave this person, as far as it is needed. Throws AppError. */
  openIdOf: (who: Principal, need: OpenIdNeed) => Promise<OpenIdGift>;
  /** May connectors made in the UI send what was exchanged for their maker's token? */
  connectorsMayExchange: () => boolean;
}

/**
 * Fills one server's templates with one user's values. Throws AppError with the names of what is missing;
 * then nothing may be sent.
 */
export function resolveForUser({ userVars, env, settings, openIdOf, connectorsMayExchange }: ResolveForUserOptions) {
  return async (who: Principal, server: ServerConfig): Promise<ResolvedTarget> => {
    const values = await userVars.values(who.userId, server);
    const blank = missingUserVars(server, values);
    if (blank.length > 0) throw userVarsMissing(server, blank);
    const { oboScopes } = server;
    if (oboScopes !== null && server.origin === "ui" && !connectorsMayExchange())
      throw new AppError("OBO_FORBIDDEN", "the operator does not let connectors use `obo`");
    const { bearer, ...given } = await openIdOf(who, { families: placeholderFamilies(server), oboScopes });
    const context = { env, userVars: values, user: who.fields, ...given };
    const resolved = resolveTarget(server, context, settings().unresolvedPlaceholders);
    if (resolved.ok) {
      const { target } = resolved;
      if (target.kind !== "stdio") mustBeSendable(target);
      return bearer === undefined ? target : withBearer(target, bearer);
    }
    throw asAppError(server, resolved.failures);
  };
}

/** The same for what signing in to the server takes. */
export function resolveOAuthForUser({ userVars, env, settings, openIdOf }: ResolveForUserOptions) {
  return async (
    who: Principal,
    server: ServerConfig,
  ): Promise<{ oauth: ResolvedOAuth; headers: Readonly<Record<string, string>> }> => {
    const { bearer: _, ...given } = await openIdOf(who, { families: placeholderFamilies(server), oboScopes: null });
    const context = { env, userVars: await userVars.values(who.userId, server), user: who.fields, ...given };
    const resolved = resolveOAuth(server, context, settings().unresolvedPlaceholders);
    if (!resolved.ok) throw asAppError(server, resolved.failures);
    const urls = [
      resolved.oauth.authorizationUrl,
      resolved.oauth.tokenUrl,
      resolved.oauth.revocationEndpoint,
      resolved.oauth.issuer,
      resolved.oauth.idpTokenUrl,
    ];
    if (urls.some((url) => url !== undefined && !URL.canParse(url)))
      throw new AppError("VALUE_NOT_SENDABLE", "with your values an address of its sign-in is no URL");
    return resolved;
  };
}

/** Only `unresolvedPlaceholders: keep` lets such an address or header through. What it holds is not for a message. */
function mustBeSendable({ url, headers }: RemoteResolved): void {
  if (!URL.canParse(url)) throw new AppError("VALUE_NOT_SENDABLE", "with your values its address is no URL");
  const [name] = Object.entries(headers).find(([, value]) => !isHeaderText(value)) ?? [];
  if (name !== undefined) throw new AppError("VALUE_NOT_SENDABLE", `no header can carry what \`${name}\` holds`);
}

/** In the place of whatever the entry says there. */
function withBearer(target: ResolvedTarget, bearer: string): ResolvedTarget {
  if (target.kind === "stdio") return target;
  const others = Object.entries(target.headers).filter(([name]) => name.toLowerCase() !== "authorization");
  return { ...target, headers: { ...Object.fromEntries(others), Authorization: `Bearer ${bearer}` } };
}

function asAppError(server: ServerConfig, failures: readonly ResolveFailure[]): AppError {
  const unsendable = failures.find((failure) => failure.reason === "notSendable");
  if (unsendable !== undefined) {
    const { name, field } = unsendable;
    const why = field.startsWith("args.")
      ? ": an argument takes no NUL, and begins with no dash of somebody's, which the program would take for an option"
      : "";
    return new AppError("VALUE_NOT_SENDABLE", `the value of ${name} cannot be sent in ${field}${why}`);
  }
  if (failures.some(({ reason }) => reason === "signInExpired")) {
    return new AppError("OPENID_EXPIRED", "what the OpenID provider gave at your sign-in has ended");
  }
  if (failures.some(({ family }) => family === "openid" || family === "graph"))
    return new AppError("OPENID_EXPIRED", "this server takes what the OpenID provider gives, and you did not sign in by it");
  const userVarNames = namesOf(failures, "userVar");
  if (userVarNames.length > 0) return userVarsMissing(server, userVarNames);
  const envNames = namesOf(failures, "env");
  if (envNames.length > 0) {
    return new AppError("ENV_MISSING", `not set on the server: ${envNames.join(", ")}`, { missing: envNames });
  }
  const names = [...new Set(failures.map((failure) => failure.name))];
  return new AppError("USER_FIELD_MISSING", `your account has no value for: ${names.join(", ")}`, { missing: names });
}

function userVarsMissing(server: ServerConfig, names: readonly string[]): AppError {
  const titles = names.map((name) => server.userVars[name]?.title ?? name);
  return new AppError("USER_VARS_MISSING", `not entered yet: ${titles.join(", ")}`, { missing: names });
}

function namesOf(failures: readonly ResolveFailure[], family: ResolveFailure["family"]): string[] {
  return [...new Set(failures.filter((failure) => failure.family === family).map((failure) => failure.name))];
}
