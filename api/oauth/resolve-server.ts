import { isOperatorsOrigin } from "../../config/entries/operators-origin.ts";
import type { EnvironmentValues } from "../../config/environment/environment.ts";
import type { ResolvedOAuth, ResolvedTarget } from "../../config/templates/resolved.ts";
import type { ServerConfig } from "../../config/types.ts";
import type { Egress } from "../egress/egress.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Principal } from "../ports/identity.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import { isForPeople } from "./discover.ts";
import type { ResolvedServer } from "./place.ts";

/** A remote server, filled in for one person. */
export type RemoteResolved = Extract<ResolvedTarget, { url: string }>;

export interface ResolveServerOptions {
  target: (who: Principal, server: ServerConfig) => Promise<ResolvedTarget>;
  oauth: (who: Principal, server: ServerConfig) => Promise<{ oauth: ResolvedOAuth; headers: Readonly<Record<string, string>> }>;
  /** The way out to the authorization servers of this server. `trusted`: addresses the operator wrote. */
  egress: (server: ServerConfig, target: RemoteResolved, trusted: readonly string[]) => Egress;
  clock: Clock;
  environment: Pick<EnvironmentValues, "MCP_OAUTH_DETECTION_TIMEOUT">;
}

const ADDRESSES = ["authorizationUrl", "tokenUrl", "revocationEndpoint", "issuer", "idpTokenUrl"] as const;

/** Are there tokens for it? What takes a key or the platform's own sign-in, runs here, or was told not to, has none. */
export function mayUseOAuth({ target, requiresOAuth, usesApiKey, oauth, oboScopes }: ServerConfig): boolean {
  if (oboScopes !== null) return false;
  if (target.kind !== "streamable-http" && target.kind !== "sse") return false;
  return requiresOAuth !== false && (!usesApiKey || oauth !== null);
}

/** May people do that themselves? Where the platform lets itself in there is nothing to sign in to. */
export function maySignIn(server: ServerConfig): boolean {
  return mayUseOAuth(server) && isForPeople(server.oauth ?? {});
}

/** Is it known beforehand that nobody gets in without a sign-in? */
export function wantsOAuth(server: ServerConfig): boolean {
  return maySignIn(server) && (server.requiresOAuth === true || server.oauth !== null);
}

export function serverResolver({ target, oauth, egress, clock, environment }: ResolveServerOptions) {
  /** `given`: the target, where it has been filled in already. Throws AppError. */
  return async (who: Principal, server: ServerConfig, given?: RemoteResolved): Promise<ResolvedServer> => {
    const resolved = given ?? (await target(who, server));
    if (resolved.kind === "stdio") throw new AppError("OAUTH_NOT_USED", "programs have no sign-in");
    const settings = await oauth(who, server);
    const written = ADDRESSES.flatMap((key) => {
      const [template, address] = [server.oauth?.[key], settings.oauth[key]];
      return template !== undefined && address !== undefined && isOperatorsOrigin(template) ? [address] : [];
    });
    const fetch = boundedFetch({
      clock,
      readTimeoutMs: environment.MCP_OAUTH_DETECTION_TIMEOUT,
      fetch: egress(server, resolved, written).fetch,
      extra: { headers: settings.headers, origins: new Set([resolved.url, ...written].map((each) => new URL(each).origin)) },
    });
    return { name: server.name, url: resolved.url, oauth: settings.oauth, fetch };
  };
}
