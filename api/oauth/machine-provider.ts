import {
  ClientCredentialsProvider,
  CrossAppAccessProvider,
  type OAuthClientProvider,
  PrivateKeyJwtProvider,
  requestJwtAuthorizationGrant,
} from "../mcp/sdk.ts";
import { unavailable } from "./bounded-fetch.ts";
import { hostOf } from "./discover.ts";
import type { Place, ResolvedServer } from "./place.ts";

const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const DEFAULT_ALGORITHM = "RS256";

/**
 * How the platform proves itself at an authorization server without a person at a browser: its own credentials, a
 * workload's JWT (RFC 7523), or a person's ID token that the company's identity provider exchanges (MCP,
 * enterprise-managed authorization). What the operator wrote goes to the issuer it was written for, and to no other.
 */
export function machineProvider({ oauth, fetch }: ResolvedServer, place: Place): OAuthClientProvider {
  const { clientId = "", clientSecret, issuer, privateKey, assertion = "" } = oauth;
  if (issuer !== undefined && issuer !== place.issuer)
    throw unavailable(`it takes tokens of ${hostOf(place.issuer)}, but the credentials belong to ${hostOf(issuer)}`);
  const bound = { clientId, expectedIssuer: place.issuer };
  if (oauth.grantType === "jwt_bearer") return workloadProvider({ clientId, assertion, issuer: place.issuer });
  if (oauth.grantType === "enterprise_managed") {
    const provider = new CrossAppAccessProvider({
      ...bound,
      clientSecret: clientSecret ?? "",
      fetchFn: fetch,
      assertion: async ({ resourceUrl, scope }) => {
        const granted = await requestJwtAuthorizationGrant({
          tokenEndpoint: oauth.idpTokenUrl ?? "",
          audience: place.issuer,
          resource: resourceUrl,
          idToken: assertion,
          clientId: oauth.idpClientId ?? "",
          clientSecret: oauth.idpClientSecret,
          scope,
          fetchFn: fetch,
        });
        return granted.jwtAuthGrant;
      },
    });
    provider.saveAuthorizationServerUrl?.(place.issuer);
    provider.saveResourceUrl?.(place.resource ?? "");
    return provider;
  }
  return privateKey === undefined
    ? new ClientCredentialsProvider({ ...bound, clientSecret: clientSecret ?? "" })
    : new PrivateKeyJwtProvider({ ...bound, privateKey, algorithm: oauth.signingAlgorithm ?? DEFAULT_ALGORITHM });
}

/** RFC 7523, 2.1: somebody else's JWT is the grant. Without a client of its own it names none. */
function workloadProvider(given: { clientId: string; assertion: string; issuer: string }): OAuthClientProvider {
  const { clientId, assertion, issuer } = given;
  const unused = () => {
    throw new TypeError("a workload has no browser");
  };
  return {
    redirectUrl: undefined,
    clientMetadata: { redirect_uris: [], grant_types: [JWT_BEARER], token_endpoint_auth_method: "none" },
    clientInformation: () => (clientId === "" ? undefined : { client_id: clientId, issuer }),
    tokens: () => undefined,
    saveTokens: unused,
    redirectToAuthorization: unused,
    saveCodeVerifier: unused,
    codeVerifier: unused,
    prepareTokenRequest: (scope) =>
      new URLSearchParams({ grant_type: JWT_BEARER, assertion, ...(scope === undefined ? {} : { scope }) }),
  };
}
