import type { ResolvedOAuth } from "../../config/templates/resolved.ts";
import { AppError } from "../errors/app-error.ts";
import {
  type AuthorizationServerMetadata,
  checkResourceAllowed,
  discoverAuthorizationServerMetadata,
  discoverOAuthProtectedResourceMetadata,
  IssuerMismatchError,
} from "../mcp/sdk.ts";
import { type Fetch, unavailable } from "./bounded-fetch.ts";
import type { Challenge, Place, ResolvedServer } from "./place.ts";

type ResourceMetadata = Awaited<ReturnType<typeof discoverOAuthProtectedResourceMetadata>>;

/**
 * Finds where to sign in to a server, in the order of MCP's authorization specification: the protected resource's
 * metadata (the hint of the 401, the path, the root), then the authorization server's (OAuth, OpenID; path inserted,
 * path appended). A server without any of it gets the endpoints of 2025-03-26. What the operator fixed is never asked for.
 * Throws AppError for metadata that breaks a rule; nothing was sent there then.
 */
export async function discover(server: ResolvedServer, challenge: Challenge): Promise<Place> {
  const { oauth } = server;
  const about = await resourceMetadata(server, challenge);
  const resource = oauth.sendResourceParameter === false ? null : (about?.resource ?? null);
  const scopesSupported = about?.scopes_supported ?? null;
  const fixed = fixedMetadata(server);
  if (fixed !== null) {
    const found = await capabilities(server, fixed);
    const provenIssuer = found?.issuer ?? oauth.issuer ?? null;
    const metadata = overridden({ ...found, ...fixed }, server);
    return { issuer: fixed.issuer, isDocumented: found !== null, provenIssuer, metadata, resource, scopesSupported };
  }
  const named = about?.authorization_servers?.[0];
  const address = named ?? new URL("/", server.url).href;
  if (!isSecure(address)) throw unavailable(`its authorization server ${hostOf(address)} is no plain https address`);
  const metadata = await authorizationServer(server.fetch, address);
  if (metadata === null && named !== undefined) throw unavailable(`its authorization server ${hostOf(address)} has no metadata`);
  if (metadata !== null) checkEndpoints(metadata);
  return {
    issuer: metadata?.issuer ?? address,
    isDocumented: metadata !== null,
    provenIssuer: metadata?.issuer ?? null,
    metadata: metadata === null ? null : overridden(metadata, server),
    resource,
    scopesSupported,
  };
}

/** The authorization server's metadata of now, for an issuer that is known. Null when it has none. */
export async function authorizationServer(fetch: Fetch, address: string): Promise<AuthorizationServerMetadata | null> {
  try {
    return (await discoverAuthorizationServerMetadata(address, { fetchFn: fetch })) ?? null;
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof IssuerMismatchError) throw unavailable(`the metadata of ${hostOf(address)} names another issuer`, error);
    throw unavailable(`the metadata of ${hostOf(address)} cannot be used`, error);
  }
}

async function resourceMetadata(server: ResolvedServer, { resourceMetadataUrl }: Challenge): Promise<ResourceMetadata | null> {
  const { url, fetch } = server;
  let status = 0;
  const noted: Fetch = async (input, init) => {
    const answer = await fetch(input, init);
    status = answer.status;
    return answer;
  };
  const hint = resourceMetadataUrl !== null && mayAsk(resourceMetadataUrl, url) ? resourceMetadataUrl : undefined;
  let found: ResourceMetadata;
  try {
    found = await discoverOAuthProtectedResourceMetadata(url, { resourceMetadataUrl: hint }, noted);
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (status >= 500) throw unavailable(`its metadata answered HTTP ${status}`, error);
    if (status >= 200 && status < 300) throw unavailable("its metadata cannot be used", error);
    return null;
  }
  if (!checkResourceAllowed({ requestedResource: url, configuredResource: found.resource }))
    throw unavailable(`its metadata is about another server, ${hostOf(found.resource)}`);
  return found;
}

/** A hint leads to the server's own origin, or to a public place by https: anything else could be a machine beside us. */
function mayAsk(hint: string, serverUrl: string): boolean {
  if (!URL.canParse(hint)) return false;
  return new URL(hint).origin === new URL(serverUrl).origin || new URL(hint).protocol === "https:";
}

/** Is it a person who lets this platform in? Else it lets itself in. */
export function isForPeople({ grantType }: Pick<ResolvedOAuth, "grantType">): boolean {
  return grantType === undefined || grantType === "authorization_code";
}

/** The operator's own endpoints take the place of what would be discovered. */
function fixedMetadata({ oauth }: ResolvedServer): AuthorizationServerMetadata | null {
  const { authorizationUrl, tokenUrl, revocationEndpoint } = oauth;
  if (tokenUrl === undefined || (authorizationUrl === undefined && isForPeople(oauth))) return null;
  return {
    issuer: oauth.issuer ?? new URL(tokenUrl).origin,
    authorization_endpoint: authorizationUrl ?? tokenUrl,
    token_endpoint: tokenUrl,
    response_types_supported: ["code"],
    ...(revocationEndpoint === undefined ? {} : { revocation_endpoint: revocationEndpoint }),
  };
}

/** What else a fixed authorization server can do. Only one that names the same endpoints is asked about. */
async function capabilities(server: ResolvedServer, fixed: AuthorizationServerMetadata) {
  const found = await authorizationServer(server.fetch, fixed.issuer).catch(() => null);
  return found?.token_endpoint === fixed.token_endpoint ? found : null;
}

function overridden(metadata: AuthorizationServerMetadata, { oauth }: ResolvedServer): AuthorizationServerMetadata {
  const lists = {
    grant_types_supported: oauth.grantTypesSupported,
    token_endpoint_auth_methods_supported: oauth.tokenEndpointAuthMethodsSupported,
    response_types_supported: oauth.responseTypesSupported,
    code_challenge_methods_supported: oauth.codeChallengeMethodsSupported,
    revocation_endpoint_auth_methods_supported: oauth.revocationEndpointAuthMethodsSupported,
  };
  const written = Object.entries(lists).filter(([, list]) => list !== undefined);
  return { ...metadata, ...Object.fromEntries(written) };
}

const ENDPOINTS = ["authorization_endpoint", "token_endpoint", "registration_endpoint", "revocation_endpoint"] as const;

function checkEndpoints(metadata: AuthorizationServerMetadata): void {
  for (const name of ENDPOINTS) {
    const address: unknown = metadata[name as keyof AuthorizationServerMetadata];
    if (typeof address === "string" && !isSecure(address)) throw unavailable(`its ${name} is no plain https address`);
  }
}

/** https, or http on this machine (RFC 8252, 7.3); with no name before the host, which would pass for one. */
export function isSecure(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== "" || password !== "") return false;
  return protocol === "https:" || (protocol === "http:" && /^(localhost|.+\.localhost|127\.0\.0\.1|\[::1\])$/.test(hostname));
}

export function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : "of no address";
}
