import { AppError } from "../errors/app-error.ts";
import { computeScopeUnion, startAuthorization } from "../mcp/sdk.ts";
import { unavailable } from "./bounded-fetch.ts";
import { discover, hostOf, isSecure } from "./discover.ts";
import type { FlowSecrets } from "./flow-vault.ts";
import { type OAuthClients, redirectUriOf } from "./oauth-client.ts";
import type { Challenge, Place, ResolvedServer } from "./place.ts";
import { scopesOf } from "./token-endpoint.ts";

export interface BeginOptions {
  server: ResolvedServer;
  challenge: Challenge;
  /** What the person allowed already: asked for again, so that nothing is lost. */
  allowed: { readonly issuer: string; readonly scopes: readonly string[] } | null;
  baseUrl: string;
  state: string;
  clients: Pick<OAuthClients, "of">;
  /** Do not insist on PKCE being announced. */
  skipCodeChallengeCheck: boolean;
}

const PKCE = "S256";

/** From a server to the address where a person signs in to it, and all that is needed when they come back. Throws AppError. */
export async function beginSignIn(options: BeginOptions): Promise<FlowSecrets> {
  const { server, challenge, baseUrl, state } = options;
  const place = await discover(server, challenge);
  checkPkce(place, options.skipCodeChallengeCheck || server.oauth.skipCodeChallengeCheck === true);
  const scope = scopeFor(place, options);
  const client = await options.clients.of({ server, place, baseUrl });
  const redirectUri = redirectUriOf(baseUrl, server.name);
  const { url, verifier } = await authorizationUrl({ place, client: client.information.client_id, redirectUri, scope, state });
  if (server.oauth.audience !== undefined) url.searchParams.set("audience", server.oauth.audience);
  if (!isSecure(url.href)) throw unavailable(`its sign-in page ${url.protocol} cannot be opened`);
  const { origin } = new URL(server.url);
  return { authorizationUrl: url.href, verifier, redirectUri, client, place, scopes: scopesOf(scope), origin };
}

/** MCP's order: what the server asked for, else what it says it knows, else nothing; the operator's word goes first. */
function scopeFor(place: Place, { server, challenge, allowed }: BeginOptions): string | undefined {
  const earlier = allowed?.issuer === place.issuer ? allowed.scopes.join(" ") : undefined;
  const wanted = server.oauth.scope ?? challenge.scope ?? place.scopesSupported?.join(" ");
  const scope = computeScopeUnion(earlier, wanted, challenge.scope ?? undefined);
  const canStay = place.metadata?.scopes_supported?.includes("offline_access") === true;
  return scope !== undefined && canStay ? computeScopeUnion(scope, "offline_access") : scope;
}

/** MCP, authorization: a server that does not announce PKCE must be refused. One without any metadata cannot announce it. */
function checkPkce(place: Place, isSkipped: boolean): void {
  const methods = place.metadata?.code_challenge_methods_supported;
  if (isSkipped || methods?.includes(PKCE) === true || (methods === undefined && !place.isDocumented)) return;
  throw unavailable(`${hostOf(place.issuer)} does not offer PKCE with ${PKCE}`);
}

interface AuthorizationRequest {
  place: Place;
  client: string;
  redirectUri: string;
  scope: string | undefined;
  state: string;
}

async function authorizationUrl({ place, client, redirectUri, scope, state }: AuthorizationRequest) {
  const { metadata } = place;
  try {
    const { authorizationUrl: url, codeVerifier } = await startAuthorization(place.issuer, {
      metadata: metadata === null ? undefined : { ...metadata, code_challenge_methods_supported: [PKCE] },
      clientInformation: { client_id: client },
      redirectUrl: redirectUri,
      scope,
      state,
    });
    // As text: as a URL it would grow a slash.
    if (place.resource !== null) url.searchParams.set("resource", place.resource);
    return { url, verifier: codeVerifier };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unavailable(`${hostOf(place.issuer)} does not offer the sign-in that is needed`, error);
  }
}
