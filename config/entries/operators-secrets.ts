import type { Path, Report } from "../problem.ts";
import type { CustomEndpoint, OAuthConfig, ServerConfig, Template } from "../types.ts";
import { isOperatorsOrigin } from "./operators-origin.ts";
import type { Entry } from "./transport-kind.ts";

const CREDENTIAL_HEADER = /^(authorization|cookie)$|api-?key|token|secret|password/i;
/** What is asked there, and not whom, may be a key. */
const AUTHORITY = /^[^:/?#]*:\/\/[^/?#]*/;
const OAUTH_SECRETS = {
  client_secret: "clientSecret",
  private_key: "privateKey",
  assertion: "assertion",
  idp_client_secret: "idpClientSecret",
} as const satisfies Record<string, keyof OAuthConfig>;

/** Is this header the operator's own secret: from their environment, or a credential they wrote out? */
export function isSecretHeader(name: string, template: Template): boolean {
  return holdsEnvironment(template) || (CREDENTIAL_HEADER.test(name) && isAllText(template));
}

/** Null: each user enters it. */
export function isOperatorsAddress(address: Template | null): boolean {
  return address !== null && isOperatorsOrigin(address);
}

/**
 * Reports the operator's secrets in a model provider whose address users decide on: they would only have to enter one
 * of their own to read them.
 */
export function checkEndpointSecrets(
  { apiKey, baseUrl, headers }: Pick<CustomEndpoint, "apiKey" | "baseUrl" | "headers">,
  path: Path,
  report: Report,
): void {
  if (isOperatorsAddress(baseUrl)) return;
  if (apiKey !== null)
    report([...path, "apiKey"], finding("apiKey", "write `apiKey: user_provided`, or an address of your own as baseURL"));
  for (const [name, template] of Object.entries(headers))
    if (isSecretHeader(name, template))
      report([...path, "headers", name], finding(name, "leave it out, or write an address of your own as baseURL"));
}

/** The same for a server. `mode` is `keep` where the operator chose LibreChat's way: they are told, and it goes out. */
export function checkServerSecrets(
  entry: Entry,
  { target, oauth, oauthHeaders }: Pick<ServerConfig, "target" | "oauth" | "oauthHeaders">,
  { path, mode, report }: { path: Path; mode: "refuse" | "keep"; report: Report },
): void {
  if (target.kind === "stdio") return;
  const severity = mode === "keep" ? "warning" : "error";
  const tell = (at: Path) => {
    const suggestion = "write the host yourself, or let each user enter a value of their own (customUserVars)";
    report([...path, ...at], { severity, ...finding(String(at.at(-1)), suggestion) });
  };
  if (!isOperatorsOrigin(target.url)) {
    if (isAdminsKey(entry.apiKey)) tell(["apiKey", "key"]);
    if (/\$\{/.test(target.url.source.replace(AUTHORITY, ""))) tell(["url"]);
    const groups = { headers: target.headers, requestHeaders: target.requestHeaders, oauth_headers: oauthHeaders };
    for (const [group, headers] of Object.entries(groups))
      for (const name of Object.keys((entry[group] as object | undefined) ?? {}))
        if (headers[name] !== undefined && isSecretHeader(name, headers[name])) tell([group, name]);
  }
  if (oauth === null) return;
  const isForPeople = oauth.grantType === undefined || oauth.grantType === "authorization_code";
  const { issuer, tokenUrl, revocationEndpoint, idpTokenUrl } = oauth;
  // Tokens that the operator's own credentials fetch, without a person, are as secret as they are.
  const goesTo = [issuer, tokenUrl, revocationEndpoint, idpTokenUrl, isForPeople ? undefined : target.url];
  if (goesTo.every((address) => address === undefined || isOperatorsOrigin(address))) return;
  for (const [key, name] of Object.entries(OAUTH_SECRETS)) {
    const secret = oauth[name];
    if (secret !== undefined && (holdsEnvironment(secret) || isAllText(secret))) tell(["oauth", key]);
  }
}

function finding(name: string, suggestion: string) {
  return {
    code: "secret-to-users-host",
    message: `\`${name}\` is the operator's and would go to a host that a user enters`,
    expected: "an address of which users do not decide the host",
    suggestion,
  } as const;
}

/** What is in the environment is a secret until somebody shows that it is none. */
function holdsEnvironment({ segments }: Template): boolean {
  return segments.some((segment) => segment.kind === "placeholder" && segment.family === "env");
}

function isAllText({ segments }: Template): boolean {
  return segments.every(({ kind }) => kind === "text");
}

function isAdminsKey(apiKey: unknown): boolean {
  const { source, key } = (apiKey ?? {}) as { source?: unknown; key?: unknown };
  return source === "admin" && typeof key === "string" && key !== "";
}
