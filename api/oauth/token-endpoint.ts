import { AppError } from "../errors/app-error.ts";
import {
  exchangeAuthorization,
  fetchToken,
  type OAuthClientInformationMixed,
  type OAuthClientProvider,
  OAuthError,
  type OAuthTokens,
  refreshAuthorization,
} from "../mcp/sdk.ts";
import { type Fetch, unavailable } from "./bounded-fetch.ts";
import { tokenAuthentication } from "./client-authentication.ts";
import { hostOf } from "./discover.ts";
import { type DpopKey, dpopSession } from "./dpop-key.ts";
import type { Place } from "./place.ts";

/** What a token endpoint gave, checked. `expiresAt` is epoch milliseconds; null when nobody said it. */
export interface Tokens {
  readonly accessToken: string;
  readonly type: "Bearer" | "DPoP";
  readonly refreshToken: string | null;
  /** Null: those that were asked for. */
  readonly scopes: readonly string[] | null;
  readonly expiresAt: number | null;
}

/** Why there are no tokens. Only `grantEnded` means that a person has to sign in again. */
export type TokenRefusal = "grantEnded" | "clientUnknown" | "moved" | "away" | "refused";

/** A token endpoint's no. Its own words are in none of it: they are a stranger's. */
export class TokensRefused extends Error {
  override readonly name = "TokensRefused";
  readonly why: TokenRefusal;
  /** OAuth's own code, one of RFC 6749 and its extensions; null for anything else. */
  readonly oauthCode: string | null;

  constructor(why: TokenRefusal, message: string, options: ErrorOptions & { oauthCode?: string | null } = {}) {
    super(message, options);
    this.why = why;
    this.oauthCode = options.oauthCode ?? null;
  }
}

export interface TokenRequest {
  fetch: Fetch;
  place: Place;
  client: OAuthClientInformationMixed;
  now: number;
  /** The key the tokens are to be bound to. */
  dpopKey: DpopKey | null;
}

/** The code a browser came back with, for tokens. Throws TokensRefused. */
export async function exchangeCode(
  request: TokenRequest & { code: string; iss: string | undefined; verifier: string; redirectUri: string },
): Promise<Tokens> {
  const { place, client, code, verifier, redirectUri } = request;
  const dpop = await sessionOf(request);
  return asked(request, (fetchFn) =>
    exchangeAuthorization(place.issuer, {
      metadata: place.metadata ?? undefined,
      clientInformation: client,
      addClientAuthentication: tokenAuthentication(() => client),
      authorizationCode: code,
      // What was proven here was compared with `iss` before; an address we only guessed must not be.
      iss: place.provenIssuer === null ? undefined : request.iss,
      codeVerifier: verifier,
      redirectUri,
      resource: resourceOf(place),
      dpop,
      fetchFn,
    }),
  );
}

/** New tokens for the old ones. `audience`: sent along where the operator says so. Throws TokensRefused. */
export async function refreshTokens(
  request: TokenRequest & { refreshToken: string; audience: string | undefined },
): Promise<Tokens> {
  const { place, client, refreshToken, audience } = request;
  const dpop = await sessionOf(request);
  return asked(request, (fetchFn) =>
    refreshAuthorization(place.issuer, {
      metadata: place.metadata ?? undefined,
      clientInformation: client,
      addClientAuthentication: tokenAuthentication(() => client),
      refreshToken,
      resource: resourceOf(place),
      dpop,
      fetchFn: audience === undefined ? fetchFn : withParameter(fetchFn, "audience", audience),
    }),
  );
}

/** Tokens that no person has to allow. `scope`: what to ask for. Throws TokensRefused. */
export async function machineTokens(
  request: Omit<TokenRequest, "client"> & { provider: OAuthClientProvider; scope: string | undefined },
): Promise<Tokens> {
  const { place, provider, scope } = request;
  const dpop = await sessionOf(request);
  if (dpop !== undefined) provider.dpop = () => dpop;
  provider.addClientAuthentication ??= tokenAuthentication(() => provider.clientInformation());
  const options = { metadata: place.metadata ?? undefined, resource: resourceOf(place), scope };
  return asked(request, (fetchFn) => fetchToken(provider, place.issuer, { ...options, fetchFn }));
}

const sessionOf = ({ dpopKey }: Pick<TokenRequest, "dpopKey">) => (dpopKey === null ? undefined : dpopSession(dpopKey));

/** The SDK types it as URL, and sends either as it stands; as a URL it would grow a slash. */
function resourceOf({ resource }: Place): URL | undefined {
  return (resource ?? undefined) as unknown as URL | undefined;
}

function withParameter(fetch: Fetch, name: string, value: string): Fetch {
  return (url, init = {}) => {
    const body = new URLSearchParams(init.body as URLSearchParams);
    body.set(name, value);
    return fetch(url, { ...init, body });
  };
}

async function asked(
  { fetch, place, now }: Pick<TokenRequest, "fetch" | "place" | "now">,
  ask: (fetch: Fetch) => Promise<OAuthTokens>,
): Promise<Tokens> {
  const host = hostOf(place.metadata?.token_endpoint ?? place.issuer);
  let status = 0;
  const noted: Fetch = async (url, init) => {
    const answer = await fetch(url, init);
    status = answer.status;
    if (answer.ok && !/^application\/([\w.-]+\+)?json\b/i.test(answer.headers.get("content-type") ?? ""))
      throw unavailable(`${host} answered a request for tokens with something else than JSON`);
    return answer;
  };
  try {
    return checked(await ask(noted), now);
  } catch (error) {
    if (error instanceof TokensRefused) throw error;
    throw refusalOf(error, { status, host });
  }
}

/** RFC 6749, 5.2; and what GitHub says instead. */
const GRANT_ENDED: ReadonlySet<string> = new Set(["invalid_grant", "bad_refresh_token"]);

function refusalOf(error: unknown, { status, host }: { status: number; host: string }): TokensRefused {
  if (error instanceof AppError && error.code === "TARGET_BLOCKED")
    return new TokensRefused("refused", error.message, { cause: error });
  // Nothing was answered, or nothing that can be understood: whatever it was may pass.
  if (status === 0 || status >= 500 || status === 429)
    return new TokensRefused("away", `${host} ${status === 0 ? "did not answer" : `answered HTTP ${status}`}`, { cause: error });
  if (status === 404 || status === 405 || status === 410)
    return new TokensRefused("moved", `${host} has no such token endpoint (HTTP ${status})`, { cause: error });
  const oauthCode = error instanceof OAuthError && /^[a-z_]{1,64}$/.test(error.code) ? error.code : null;
  const options = { cause: error, oauthCode };
  if (oauthCode !== null && GRANT_ENDED.has(oauthCode))
    return new TokensRefused("grantEnded", `${host} says that the sign-in has ended`, options);
  if (oauthCode === "invalid_client" || oauthCode === "unauthorized_client")
    return new TokensRefused("clientUnknown", `${host} does not know this platform`, options);
  const said = oauthCode === null || oauthCode === "server_error" ? "with an answer that breaks a rule" : `(${oauthCode})`;
  return new TokensRefused("refused", `${host} refused the tokens ${said}`, options);
}

/** RFC 6750, 2.1: what can stand behind `Bearer`. */
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;
/** RFC 6749, appendix A. */
const VISIBLE = /^[\x20-\x7e]+$/;
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
const MAX_LIFETIME_MS = 365 * 24 * 3_600_000;

function checked(tokens: OAuthTokens, now: number): Tokens {
  const { access_token: accessToken, token_type: type, refresh_token: refreshToken, expires_in: seconds, scope } = tokens;
  const kind = { bearer: "Bearer", dpop: "DPoP" }[type.toLowerCase()] as Tokens["type"] | undefined;
  if (kind === undefined) throw new TokensRefused("refused", "the tokens are of a kind that cannot be used");
  if (!B64TOKEN.test(accessToken)) throw new TokensRefused("refused", "the access token has characters that cannot be sent");
  if (refreshToken !== undefined && !VISIBLE.test(refreshToken))
    throw new TokensRefused("refused", "the refresh token has characters that cannot be sent");
  const lifetimeMs = seconds === undefined ? null : Math.min(Math.max(seconds * 1_000, 0), MAX_LIFETIME_MS);
  return {
    accessToken,
    type: kind,
    refreshToken: refreshToken ?? null,
    scopes: scope === undefined ? null : scopesOf(scope),
    expiresAt: lifetimeMs === null ? jwtEnd(accessToken) : Math.round(now + lifetimeMs),
  };
}

/** What is no scope cannot have been allowed, and is not shown as if it were. */
export function scopesOf(scope: string | null | undefined): string[] {
  return [...new Set((scope ?? "").split(/\s+/).filter((each) => SCOPE.test(each)))];
}

/** Many tokens are JWTs and say when they end; nobody has to believe more of them. */
function jwtEnd(token: string): number | null {
  const [, payload] = token.split(".");
  try {
    const { exp } = JSON.parse(Buffer.from(payload ?? "", "base64url").toString()) as { exp?: unknown };
    return typeof exp === "number" && Number.isFinite(exp) && exp > 0 ? Math.round(exp * 1_000) : null;
  } catch {
    return null;
  }
}
