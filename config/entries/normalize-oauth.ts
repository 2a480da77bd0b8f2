import type { Path, Report } from "../problem.ts";
import type { ReadTemplate } from "../templates/template-reader.ts";
import type { Environment, OAuthConfig } from "../types.ts";
import { checkPlainUrl } from "./check-url.ts";

/** YAML spelling and ours. `url` is checked as one, `text` is a template too, `plain` is taken as it is. */
export const OAUTH_KEYS: Readonly<Record<string, readonly [keyof OAuthConfig, "url" | "text" | "plain"]>> = {
  authorization_url: ["authorizationUrl", "url"],
  token_url: ["tokenUrl", "url"],
  revocation_endpoint: ["revocationEndpoint", "url"],
  issuer: ["issuer", "url"],
  redirect_uri: ["redirectUri", "url"],
  client_id: ["clientId", "text"],
  client_secret: ["clientSecret", "text"],
  scope: ["scope", "text"],
  audience: ["audience", "text"],
  token_exchange_method: ["tokenExchangeMethod", "plain"],
  grant_types_supported: ["grantTypesSupported", "plain"],
  token_endpoint_auth_methods_supported: ["tokenEndpointAuthMethodsSupported", "plain"],
  response_types_supported: ["responseTypesSupported", "plain"],
  code_challenge_methods_supported: ["codeChallengeMethodsSupported", "plain"],
  revocation_endpoint_auth_methods_supported: ["revocationEndpointAuthMethodsSupported", "plain"],
  skip_code_challenge_check: ["skipCodeChallengeCheck", "plain"],
  forward_audience_on_refresh: ["forwardAudienceOnRefresh", "plain"],
  send_resource_parameter: ["sendResourceParameter", "plain"],
  grant_type: ["grantType", "plain"],
  private_key: ["privateKey", "text"],
  signing_algorithm: ["signingAlgorithm", "plain"],
  assertion: ["assertion", "text"],
  idp_token_url: ["idpTokenUrl", "url"],
  idp_client_id: ["idpClientId", "text"],
  idp_client_secret: ["idpClientSecret", "text"],
  dpop: ["dpop", "plain"],
};

export interface OAuthPlace {
  readonly path: Path;
  readonly read: ReadTemplate;
  readonly env: Environment | undefined;
  readonly report: Report;
}

/** `oauth` of one entry, or null. Reports endpoints that are none and credentials that are half there. */
export function normalizeOAuth(value: unknown, { path, read, env, report }: OAuthPlace): OAuthConfig | null {
  if (typeof value !== "object" || value === null) return null;
  const written = value as Record<string, unknown>;
  const oauth: Record<string, unknown> = {};
  for (const [key, [name, kind]] of Object.entries(OAUTH_KEYS)) {
    if (written[key] === undefined || (kind === "text" && isBlank(written[key]))) continue;
    if (kind === "plain") {
      oauth[name] = written[key];
      continue;
    }
    const template = read(written[key], [...path, key]);
    if (kind === "url") checkPlainUrl(template, ["http", "https"], env, [...path, key], report);
    oauth[name] = template;
  }
  reportHalfCredentials(written, path, report);
  reportHalfGrant(written, path, report);
  return oauth;
}

function reportHalfCredentials(written: Record<string, unknown>, path: Path, report: Report): void {
  if (isBlank(written.client_secret)) return;
  const fixed = isForPeople(written) ? ["authorization_url", "token_url"] : ["token_url"];
  const endpoints = written.issuer === undefined ? fixed : [];
  const missing = ["client_id", ...endpoints].filter((key) => isBlank(written[key]));
  if (missing.length === 0) return;
  report([...path, "client_secret"], {
    code: "oauth-incomplete",
    message: "a client secret is only used with the client and the endpoints it belongs to",
    expected: "client_id beside it, and issuer or both authorization_url and token_url",
    found: `no ${missing.join(", no ")}`,
    at: "key",
  });
}

/** An empty text is no client and no secret, as in LibreChat. */
const isBlank = (value: unknown) => value === undefined || value === "";
const isForPeople = ({ grant_type }: Record<string, unknown>) => grant_type === undefined || grant_type === "authorization_code";

/** What a grant without a person needs besides. Its credentials must say whose they are: nobody looks at where they go. */
const NEEDED: Readonly<Record<string, readonly (readonly string[])[]>> = {
  client_credentials: [["client_id"], ["client_secret", "private_key"], ["issuer", "token_url"]],
  jwt_bearer: [["assertion"], ["issuer", "token_url"]],
  enterprise_managed: [["client_id"], ["assertion"], ["idp_token_url"], ["idp_client_id"], ["issuer", "token_url"]],
};

function reportHalfGrant(written: Record<string, unknown>, path: Path, report: Report): void {
  const needed = NEEDED[String(written.grant_type)] ?? [];
  const missing = needed.filter((either) => either.every((key) => isBlank(written[key])));
  if (missing.length === 0) return;
  report([...path, "grant_type"], {
    code: "oauth-incomplete",
    message: `\`${String(written.grant_type)}\` needs more than is written here`,
    expected: missing.map((either) => either.join(" or ")).join(", "),
  });
}
