import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  clockTolerance,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  genericGrantRequest,
  None,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  type TokenEndpointResponse,
} from "openid-client";
import { AppError } from "../errors/app-error.ts";
import type { Said } from "./openid-person.ts";
import { isLoopback, type OpenIdSettings } from "./openid-settings.ts";

/** What a browser takes along to the provider, and what only this platform may know until it comes back. */
export interface Begun {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** What the provider gave. `expiresAt` is epoch milliseconds, null when it does not say. */
export interface OpenIdGiven {
  readonly accessToken: string;
  /** Null where only tokens were renewed. */
  readonly idToken: string | null;
  readonly refreshToken: string | null;
  readonly expiresAt: number | null;
  readonly scopes: readonly string[];
}

/** The provider will not renew this: it has ended there. */
export class GrantEnded extends Error {
  override readonly name = "GrantEnded";
}

export interface OpenIdProviderOptions {
  readonly settings: OpenIdSettings;
  /** Bounded, and judged address by address. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly clock: { now(): number };
}

/** The provider, as far as this platform talks to it. Throws AppError. */
export interface OpenIdProvider {
  begin(redirectUri: string): Promise<{ url: URL; begun: Begun }>;
  /** `back`: the address the browser came back to, as it came. */
  finish(back: URL, begun: Begun): Promise<{ said: Said; given: OpenIdGiven }>;
  /** Throws GrantEnded, too. */
  renew(refreshToken: string, subject: string): Promise<OpenIdGiven>;
  /** A token for another resource, in this person's name (on-behalf-of). */
  exchange(accessToken: string, scope: string): Promise<{ accessToken: string; expiresAt: number | null }>;
  /** Where a browser signs out there, too; null when the provider has no such place. */
  endSessionUrl(idToken: string | null, backTo: string): Promise<URL | null>;
}

const DESCRIPTION_LIVES_MS = 3_600_000;
const CLOCKS_DIFFER_S = 30;
const ON_BEHALF = "urn:ietf:params:oauth:grant-type:jwt-bearer";

export function openIdProvider({ settings, fetch, clock }: OpenIdProviderOptions): OpenIdProvider {
  const { issuer, clientId, clientSecret, scope, audience } = settings;
  const host = new URL(issuer).host;
  let known: { configuration: Promise<Configuration>; until: number } | null = null;

  /** Asked for once an hour, by the first who needs it; a failure is not remembered. */
  function configured(): Promise<Configuration> {
    if (known !== null && known.until > clock.now()) return known.configuration;
    const configuration = discovered();
    const mine = { configuration, until: clock.now() + DESCRIPTION_LIVES_MS };
    known = mine;
    configuration.catch(() => {
      if (known === mine) known = null;
    });
    return configuration;
  }

  async function discovered(): Promise<Configuration> {
    const execute = [enableNonRepudiationChecks, ...(isLoopback(new URL(issuer).hostname) ? [allowInsecureRequests] : [])];
    const metadata = { [clockTolerance]: CLOCKS_DIFFER_S };
    const authenticate = clientSecret === null ? None() : secretFor(clientSecret);
    return discovery(new URL(issuer), clientId, metadata, authenticate, {
      execute,
      [customFetch]: (url, init) => fetch(url, init as RequestInit),
    });
  }

  /** Everything that goes wrong on the way, in our words. The provider's own never get further than the log. */
  async function asked<T>(work: (configuration: Configuration) => Promise<T>): Promise<T> {
    try {
      return await work(await configured());
    } catch (error) {
      throw told(error, host);
    }
  }

  return {
    begin: (redirectUri) =>
      asked(async (configuration) => {
        const begun = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
        const url = buildAuthorizationUrl(configuration, {
          redirect_uri: redirectUri,
          scope,
          state: begun.state,
          nonce: begun.nonce,
          code_challenge: await calculatePKCECodeChallenge(begun.verifier),
          code_challenge_method: "S256",
          ...(audience === null ? {} : { audience }),
        });
        return { url, begun };
      }),
    finish: (back, { state, nonce, verifier }) =>
      asked(async (configuration) => {
        const tokens = await authorizationCodeGrant(configuration, back, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const id = { ...tokens.claims() };
        const hasUserinfo = configuration.serverMetadata().userinfo_endpoint !== undefined;
        const userinfo = hasUserinfo ? await fetchUserInfo(configuration, tokens.access_token, String(id.sub)) : {};
        return { said: { id, userinfo: { ...userinfo }, accessToken: tokens.access_token }, given: givenBy(tokens, clock.now()) };
      }),
    renew: (refreshToken, subject) =>
      asked(async (configuration) => {
        const tokens = await refreshTokenGrant(configuration, refreshToken);
        const claims = tokens.claims();
        if (claims !== undefined && claims.sub !== subject) throw new GrantEnded("the tokens are somebody else's");
        return givenBy(tokens, clock.now());
      }),
    exchange: (accessToken, wanted) =>
      asked(async (configuration) => {
        const parameters = { assertion: accessToken, scope: wanted, requested_token_use: "on_behalf_of" };
        const given = givenBy(await genericGrantRequest(configuration, ON_BEHALF, parameters), clock.now());
        return { accessToken: given.accessToken, expiresAt: given.expiresAt };
      }),
    endSessionUrl: (idToken, backTo) =>
      asked(async (configuration) => {
        if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
        const url = buildEndSessionUrl(configuration, { post_logout_redirect_uri: backTo });
        if (idToken !== null) url.searchParams.set("id_token_hint", idToken);
        return url;
      }),
  };
}

/** As the provider says it wants it; `client_secret_basic` is what OpenID assumes of one that says nothing. */
function secretFor(secret: string): ReturnType<typeof None> {
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const way = methods.includes("client_secret_basic") ? ClientSecretBasic(secret) : ClientSecretPost(secret);
    way(server, client, body, headers);
  };
}

function givenBy({ access_token, id_token, refresh_token, expires_in, scope }: TokenEndpointResponse, now: number): OpenIdGiven {
  return {
    accessToken: access_token,
    idToken: id_token ?? null,
    refreshToken: refresh_token ?? null,
    expiresAt: expires_in === undefined ? null : now + expires_in * 1_000,
    scopes: scope?.split(" ") ?? [],
  };
}

function told(error: unknown, host: string): Error {
  if (error instanceof GrantEnded) return error;
  for (let each = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth += 1) {
    // Of our own way out: unreachable, too slow, too large, blocked.
    if (each instanceof AppError) return new AppError("OPENID_UNAVAILABLE", each.message, { cause: error });
  }
  if (error instanceof AuthorizationResponseError) {
    if (error.error === "access_denied")
      return new AppError("OPENID_DENIED", `${host} says that it was not allowed`, { cause: error });
    return new AppError("OPENID_REFUSED", `${host} did not sign you in`, { cause: error });
  }
  if (error instanceof ResponseBodyError) {
    if (error.status >= 500) return new AppError("OPENID_UNAVAILABLE", `${host} answered HTTP ${error.status}`, { cause: error });
    if (error.error === "invalid_grant") return new GrantEnded("the provider has ended it", { cause: error });
    return new AppError("OPENID_REFUSED", `${host} refused what this platform sent`, { cause: error });
  }
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (code === "OAUTH_RESPONSE_IS_NOT_CONFORM" && cause instanceof Response && cause.status >= 500)
    return new AppError("OPENID_UNAVAILABLE", `${host} answered HTTP ${cause.status}`, { cause: error });
  return new AppError("OPENID_REFUSED", `what ${host} answered does not fit the sign-in that was begun here`, { cause: error });
}
