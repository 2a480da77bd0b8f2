import { placeholderFamilies } from "../../config/connection-scope.ts";
import { resolveOAuth, resolveTarget } from "../../config/resolve-target.ts";
import type {
  PlaceholderFamily,
  PlatformConfig,
  ResolveContext,
  ResolvedOAuth,
  ResolvedTarget,
  ResolveFailure,
  ServerConfig,
} from "../../config/types.ts";
import { missingUserVars } from "../../config/user-vars.ts";
import { AppError } from "../errors/app-error.ts";
import type { Principal } from "../ports/identity.ts";
import type { UserVars } from "../user-vars/user-vars.ts";

export interface ResolveForUserOptions {
  userVars: UserVars;
  /** The process environment as the operator's file may see it. */
  env: Readonly<Record<string, string | undefined>>;
  settings: () => PlatformConfig["settings"];
  /** What the OpenID provider gave this person, as far as these families need it. Throws AppError. */
  openIdOf: (who: Principal, families: ReadonlySet<PlaceholderFamily>) => Promise<Pick<ResolveContext, "openid" | "graphToken">>;
}

/**
 * Fills one server's templates with one user's values. Throws AppError with the names of what is missing;
 * then nothing may be sent.
 */
export function resolveForUser({ userVars, env, settings, openIdOf }: ResolveForUserOptions) {
  return async (who: Principal, server: ServerConfig): Promise<ResolvedTarget> => {
    const values = await userVars.values(who.userId, server);
    const blank = missingUserVars(server, values);
    if (blank.length > 0) throw userVarsMissing(server, blank);
    const given = await openIdOf(who, placeholderFamilies(server));
    const context = { env, userVars: values, user: who.fields, ...given };
    const resolved = resolveTarget(server, context, settings().unresolvedPlaceholders);
    if (resolved.ok) {
      const { target } = resolved;
      // Only `unresolvedPlaceholders: keep` lets an address through that is none.
      if (target.kind !== "stdio" && !URL.canParse(target.url)) {
        throw new AppError("VALUE_NOT_SENDABLE", "with your values its address is no URL");
      }
      return target;
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
    const given = await openIdOf(who, placeholderFamilies(server));
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

function asAppError(server: ServerConfig, failures: readonly ResolveFailure[]): AppError {
  const unsendable = failures.find((failure) => failure.reason === "notSendable");
  if (unsendable !== undefined) {
    return new AppError("VALUE_NOT_SENDABLE", `the value of ${unsendable.name} cannot be sent in ${unsendable.field}`);
  }
  if (failures.some(({ reason }) => reason === "signInExpired")) {
    return new AppError("OPENID_EXPIRED", "what the OpenID provider gave at your sign-in has ended");
  }
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
