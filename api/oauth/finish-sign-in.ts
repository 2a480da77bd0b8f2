import { AppError } from "../errors/app-error.ts";
import { IssuerMismatchError, validateAuthorizationResponseIssuer } from "../mcp/sdk.ts";
import type { Clock } from "../ports/clock.ts";
import type { FlowRecord } from "../ports/flow-store.ts";
import { hostOf } from "./discover.ts";
import { newDpopKey } from "./dpop-key.ts";
import type { FlowSecrets } from "./flow-vault.ts";
import type { Grant, GrantVault } from "./grant-vault.ts";
import type { ResolvedServer } from "./place.ts";
import { revokeTokens } from "./revoke-tokens.ts";
import { exchangeCode, TokensRefused } from "./token-endpoint.ts";

export interface FinishOptions {
  flow: FlowRecord;
  secrets: FlowSecrets;
  server: ResolvedServer;
  query: URLSearchParams;
  vault: Pick<GrantVault, "read" | "replace">;
  clock: Clock;
  /** Nobody gave it up while the tokens were fetched. */
  isWanted: () => Promise<boolean>;
}

/** What a person is told who pressed "Cancel". */
export const GIVEN_UP = "You gave it up.";

/** From what a browser brought back to a grant. Throws AppError, in our own words: the query is anybody's text. */
export async function finishSignIn({ flow, secrets, server, query, vault, clock, isWanted }: FinishOptions): Promise<Grant> {
  const { place, client, verifier, redirectUri, scopes, origin } = secrets;
  if (new URL(server.url).origin !== origin) throw new AppError("OAUTH_FAILED", "The server's address has changed since.");
  checkIssuer(secrets, query);
  const code = codeOf(query);
  const iss = query.get("iss") ?? undefined;
  const dpopKey = server.oauth.dpop === true ? await newDpopKey() : null;
  const request = { fetch: server.fetch, place, client: client.information, now: clock.now(), dpopKey };
  const tokens = await exchangeCode({ ...request, code, iss, verifier, redirectUri }).catch((error) => {
    throw new AppError(
      "OAUTH_FAILED",
      error instanceof TokensRefused ? `${error.message}.` : "The tokens could not be fetched.",
      {
        cause: error,
      },
    );
  });
  const grant: Omit<Grant, "generation"> = {
    userId: flow.userId,
    server: flow.server,
    issuer: place.issuer,
    scopes: tokens.scopes ?? scopes,
    grantedAt: clock.now(),
    refreshedAt: null,
    expiresAt: tokens.expiresAt,
    secrets: { tokens, place, client, redirectUri, dpopKey, requestedScopes: scopes },
  };
  if (await isWanted()) return vault.replace(grant, origin);
  const { userId, server: name } = flow;
  // Handing back one may end all that the authorization server gave this platform for the person.
  const isFirst = (await vault.read({ userId, server: name, origin })) === null;
  if (isFirst) void revokeTokens(grant, client.information, server.fetch);
  throw new AppError("OAUTH_FAILED", GIVEN_UP);
}

/** RFC 9207: before anything else is looked at, errors too. */
function checkIssuer({ place }: FlowSecrets, query: URLSearchParams): void {
  const refusal = (cause?: unknown) =>
    new AppError("OAUTH_FAILED", `The answer did not come from ${hostOf(place.issuer)}.`, { cause });
  const [iss, ...others] = query.getAll("iss");
  if (others.length > 0) throw refusal();
  try {
    validateAuthorizationResponseIssuer({
      iss,
      expectedIssuer: place.provenIssuer ?? undefined,
      issParameterSupported: place.metadata?.authorization_response_iss_parameter_supported === true,
    });
  } catch (error) {
    if (!(error instanceof IssuerMismatchError)) throw error;
    throw refusal(error);
  }
}

const ERROR_WORDS: Readonly<Record<string, string>> = {
  invalid_request: "The authorization server did not understand the request.",
  unauthorized_client: "The authorization server does not let this platform ask.",
  unsupported_response_type: "The authorization server does not offer this sign-in.",
  invalid_scope: "The authorization server does not know what was asked for.",
  invalid_target: "The authorization server does not know the server.",
  server_error: "The authorization server failed.",
  temporarily_unavailable: "The authorization server is too busy now.",
};

function codeOf(query: URLSearchParams): string {
  const error = query.get("error");
  if (error === "access_denied") throw new AppError("OAUTH_DENIED", "You did not allow it.");
  if (error !== null) throw new AppError("OAUTH_FAILED", ERROR_WORDS[error] ?? "The authorization server refused the sign-in.");
  const codes = query.getAll("code");
  const [code] = codes;
  if (code === undefined || code === "" || codes.length > 1)
    throw new AppError("OAUTH_FAILED", "The authorization server sent no code.");
  return code;
}
