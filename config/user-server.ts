import { validateServer } from "./checks/validate-server.ts";
import { normalizeServer } from "./entries/normalize-server.ts";
import type { Entry } from "./entries/transport-kind.ts";
import { type Finding, type Path, pointer, type Report } from "./problem.ts";
import { isHeaderName, isProtocolHeader } from "./templates/header-rules.ts";
import type { ServerConfig } from "./types.ts";

/** Something wrong with a connector somebody enters in the UI; `path` is a JSON pointer into the entry. */
export interface EntryProblem extends Pick<Finding, "code" | "message" | "expected" | "found" | "suggestion"> {
  readonly path: string;
}

export type UserServerCheck = { ok: true; entry: Entry; server: ServerConfig } | { ok: false; problems: readonly EntryProblem[] };

/** Keys that are the operator's; in an entry made in the UI they are dropped, as LibreChat does. */
const OPERATOR_KEYS = [
  "startup",
  "timeout",
  "initTimeout",
  "sseReadTimeout",
  "protocolEra",
  "oauthRefreshWaitTimeout",
  "oauthRefreshCoordination",
  "oauthPersistenceWaitTimeout",
  "chatMenu",
  "serverInstructions",
  "requiresOAuth",
  "customUserVars",
  "oauth_headers",
  "allowedRoles",
  "allowedUsers",
  "includedTools",
  "filteredTools",
  "toolApproval",
  "sampling",
];
const REFUSED_KEYS = ["command", "args", "env", "cwd", "stderr", "proxy"];
const REFUSED_OAUTH_KEYS = [
  "grant_type",
  "private_key",
  "assertion",
  "idp_token_url",
  "idp_client_id",
  "idp_client_secret",
  "audience",
  "forward_audience_on_refresh",
  "send_resource_parameter",
];
const OAUTH_URLS = ["authorization_url", "token_url", "revocation_endpoint", "redirect_uri", "issuer", "idp_token_url"];
/** More than any connector has, headers included: looking at each takes time that everybody waits for. */
const MAX_KEYS = 200;
/** What could carry the environment, or another person's data, to a stranger's server. Each sign is looked at once. */
const FOREIGN_PLACEHOLDER = /\$\{[^{}]*\}|\{\{\s*LIBRECHAT_(?:USER|OPENID|GRAPH|BODY)_[^{}]*\}\}/g;

/**
 * Checks a connector that somebody entered in the UI: no program, no environment, no proxy, http(s) and ws(s) only.
 * `name` is the key it will have. The entry is copied; what comes back is fit to be stored.
 */
export function validateUserServer(input: unknown, name = "connector"): UserServerCheck {
  const problems: EntryProblem[] = [];
  const report: Report = (path, { severity = "error", at: _at, meant: _meant, ...finding }) => {
    // Whoever sends a key that nobody knows may be trying out what else they can set.
    if (severity === "error" || finding.code === "key-unknown") problems.push({ ...finding, path: pointer(path) });
  };
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    report([], { code: "value-type", message: "the connector must be an object", expected: "an object" });
    return { ok: false, problems };
  }
  if (keysIn(input) > MAX_KEYS) {
    report([], { code: "value-invalid", message: "the connector has too many keys", expected: `at most ${MAX_KEYS}` });
    return { ok: false, problems };
  }
  const entry: Entry = structuredClone(input) as Entry;
  for (const key of OPERATOR_KEYS) delete entry[key];
  for (const key of REFUSED_KEYS) if (entry[key] !== undefined) refuse([key], report);
  if (entry.type === "stdio") refuse(["type"], report);
  checkUrls(entry, report);
  checkOAuth(entry.oauth, report);
  checkHeaders(entry, report);
  if (problems.length > 0) return { ok: false, problems };

  const kind = validateServer(entry, { path: [], env: {}, report });
  if (kind === null || kind === "stdio" || problems.length > 0) return { ok: false, problems };
  const server = normalizeServer({ name, entry, kind, origin: "ui", location: null, mode: "refuse", env: {}, path: [], report });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, entry, server };
}

/** The entry as it is stored: headers lose every placeholder that is not the connector's own. */
export function withoutForeignPlaceholders(entry: Entry): Entry {
  const stripped: Entry = { ...entry };
  for (const key of ["headers", "requestHeaders"]) {
    const headers = stripped[key];
    if (typeof headers !== "object" || headers === null) continue;
    stripped[key] = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        typeof value === "string" ? value.replace(FOREIGN_PLACEHOLDER, "") : value,
      ]),
    );
  }
  return stripped;
}

function keysIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + 1 + keysIn(each), 0);
}

function refuse(path: Path, report: Report): void {
  report(path, {
    code: "not-for-users",
    message: `\`${path.join(".")}\` can only be set in the operator's file`,
    suggestion: "leave it out, or ask the operator",
  });
}

function checkUrls(entry: Entry, report: Report): void {
  const oauth = typeof entry.oauth === "object" && entry.oauth !== null ? (entry.oauth as Entry) : {};
  const urls: [Path, unknown][] = [
    [["url"], entry.url],
    ...OAUTH_URLS.map((key): [Path, unknown] => [["oauth", key], oauth[key]]),
  ];
  for (const [path, value] of urls) {
    if (typeof value === "string" && value.includes("${")) {
      report(path, {
        code: "not-for-users",
        message: "the environment cannot be read from here",
        expected: "a URL without environment references",
      });
    }
  }
}

function checkOAuth(value: unknown, report: Report): void {
  if (typeof value !== "object" || value === null) return;
  const oauth = value as Entry;
  for (const key of REFUSED_OAUTH_KEYS) if (oauth[key] !== undefined) refuse(["oauth", key], report);
  for (const key of OAUTH_URLS) {
    const url = oauth[key];
    if (typeof url !== "string" || !URL.canParse(url)) continue;
    for (const parameter of ["audience", "resource"]) {
      if (new URL(url).searchParams.has(parameter)) {
        report(["oauth", key], {
          code: "not-for-users",
          message: `\`${parameter}\` cannot be set by a connector`,
          expected: `a URL without ?${parameter}=`,
        });
      }
    }
  }
}

function checkHeaders(entry: Entry, report: Report): void {
  for (const group of ["headers", "requestHeaders", "apiKey"]) {
    const value = entry[group];
    if (typeof value !== "object" || value === null) continue;
    const values = group === "apiKey" ? [["key", (value as Entry).key] as const] : Object.entries(value);
    for (const [name, text] of values) {
      // HTTP would take them off, and what is sent would not be what is stored.
      if (typeof text !== "string" || text === text.trim()) continue;
      report([group, name], { code: "header-text", message: "it begins or ends with a blank", expected: "a value without them" });
    }
    const names =
      group === "apiKey" ? [(value as Entry).custom_header].filter((name) => typeof name === "string") : Object.keys(value);
    for (const name of names) {
      if (isHeaderName(name) && !isProtocolHeader(name)) continue;
      report(group === "apiKey" ? ["apiKey", "custom_header"] : [group, name], {
        code: "header-name",
        message: "this header cannot be set",
        expected: "a header name that is not the protocol's own",
        found: `"${name.slice(0, 40)}"`,
      });
    }
  }
}
