import type { OAuthClientInformationMixed } from "../mcp/sdk.ts";
import type { Fetch } from "./bounded-fetch.ts";
import { authenticate } from "./client-authentication.ts";
import type { Grant } from "./grant-vault.ts";

/**
 * Tells the authorization server that these tokens are not wanted any more (RFC 7009): the refresh token first, for it
 * usually takes the other with it. Best effort: false when it has no such endpoint or did not agree.
 */
export async function revokeTokens(
  { secrets: { tokens, place } }: Pick<Grant, "secrets">,
  client: OAuthClientInformationMixed,
  fetch: Fetch,
): Promise<boolean> {
  // OpenID's discovery does not list the two; providers do.
  const metadata: { readonly [name: string]: unknown } = place.metadata ?? {};
  const endpoint = metadata.revocation_endpoint;
  if (typeof endpoint !== "string") return false;
  const methods = metadata.revocation_endpoint_auth_methods_supported ?? metadata.token_endpoint_auth_methods_supported;
  const wanted = [
    { token: tokens.refreshToken, hint: "refresh_token" },
    { token: tokens.accessToken, hint: "access_token" },
  ];
  const answers = wanted.flatMap(({ token, hint }) => {
    if (token === null) return [];
    const body = new URLSearchParams({ token, token_type_hint: hint });
    const headers = new Headers({ "content-type": "application/x-www-form-urlencoded" });
    authenticate(client, methods, { headers, body });
    return [() => fetch(endpoint, { method: "POST", headers, body })];
  });
  let isDone = true;
  for (const ask of answers)
    isDone =
      (await ask().then(
        ({ ok }) => ok,
        () => false,
      )) && isDone;
  return isDone;
}
