import type { Path, Report } from "../problem.ts";
import { isHeaderName, isHeaderText, isProtocolHeader } from "../templates/header-rules.ts";
import { knownPlaceholder } from "../templates/placeholders.ts";
import { type ReadTemplate, templateReader } from "../templates/template-reader.ts";
import type {
  AccessRules,
  Environment,
  Origin,
  RemoteTarget,
  ServerConfig,
  Template,
  Templates,
  TransportKind,
  UserVarDefinition,
} from "../types.ts";
import { checkPlainUrl, checkServerUrl } from "./check-url.ts";
import { digestsOf } from "./digests.ts";
import { normalizeOAuth } from "./normalize-oauth.ts";
import { stdioTarget } from "./normalize-stdio.ts";
import { checkServerSecrets } from "./operators-secrets.ts";
import { reportReplacedHeaders } from "./replaced-headers.ts";
import { samplingOf } from "./sampling.ts";
import { toolApprovalOf } from "./tool-approval.ts";
import type { Entry } from "./transport-kind.ts";

export interface ServerInput {
  readonly name: string;
  /** In YAML spelling, checked by its schema. */
  readonly entry: Entry;
  readonly kind: TransportKind;
  readonly origin: Origin;
  readonly location: ServerConfig["location"];
  readonly mode: "refuse" | "keep";
  /** What is said of packages without an exact version. @default "warn" */
  readonly unpinnedPackages?: "warn" | "refuse";
  /** Undefined: not known here, references to it are not checked. */
  readonly env?: Environment;
  /** Where the entry stands. @default ["mcpServers", name] */
  readonly path?: Path;
  readonly report: Report;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_INIT_TIMEOUT_MS = 30_000;
const DEFAULT_SSE_READ_TIMEOUT_MS = 300_000;
const DEFAULT_WAIT_MS = 15_000;
const MAX_REFRESH_WAIT_MS = 30_000;
/** Larger icons are cleared, as in LibreChat. */
const MAX_ICON_BYTES = 256 * 1024;
const PROXY_SCHEMES = ["http", "https", "socks", "socks5"];
const USER_KEY_NAME = "MCP_API_KEY";

/** One checked entry to what the house works with: defaults filled in, texts parsed to templates. */
export function normalizeServer(input: ServerInput): ServerConfig {
  const { name, entry, kind, origin, mode, env, report } = input;
  const path = input.path ?? ["mcpServers", name];
  const userVars = withApiKeyVar(entry, userVarsOf(entry, { path, mode, report }));
  const declared = new Set(Object.keys(userVars));
  const read = templateReader({ origin, declared, mode, mayBeUndeclared: kind === "stdio", env, report });
  const target =
    kind === "stdio"
      ? stdioTarget(entry, { path, read, report, file: input.location?.file ?? null, unpinned: input.unpinnedPackages ?? "warn" })
      : remoteTarget(entry, kind, { path, read, env, report });
  const oauth = normalizeOAuth(entry.oauth, { path: [...path, "oauth"], read, env, report });
  const oauthHeaders = headersOf(entry, "oauth_headers", { path, read, report });
  checkServerSecrets(entry, { target, oauth, oauthHeaders }, { path, mode, report });
  return {
    name,
    origin,
    title: text(entry.title) ?? name,
    description: text(entry.description),
    iconPath: iconOf(entry),
    startup: entry.startup !== false,
    chatMenu: entry.chatMenu !== false,
    serverInstructions: instructionsOf(entry, path, report),
    timeoutMs: number(entry.timeout) || DEFAULT_TIMEOUT_MS,
    initTimeoutMs: number(entry.initTimeout) || DEFAULT_INIT_TIMEOUT_MS,
    sseReadTimeoutMs: number(entry.sseReadTimeout) || DEFAULT_SSE_READ_TIMEOUT_MS,
    protocolEra: entry.protocolEra === "legacy" || entry.protocolEra === "modern" ? entry.protocolEra : "auto",
    requiresOAuth: typeof entry.requiresOAuth === "boolean" ? entry.requiresOAuth : undefined,
    oauth,
    oauthHeaders,
    oauthRefreshWaitTimeoutMs: Math.min(number(entry.oauthRefreshWaitTimeout) || DEFAULT_WAIT_MS, MAX_REFRESH_WAIT_MS),
    oauthRefreshCoordination: entry.oauthRefreshCoordination === true,
    oauthPersistenceWaitTimeoutMs: number(entry.oauthPersistenceWaitTimeout) || DEFAULT_WAIT_MS,
    usesApiKey: entry.apiKey !== undefined,
    oboScopes: text(record(entry.obo).scopes),
    userVars,
    access: accessOf(entry),
    toolApproval: toolApprovalOf(entry),
    sampling: samplingOf(entry),
    target,
    credentialOrigin: target.kind === "stdio" ? `stdio:${target.commandAsWritten}` : originAsWritten(target),
    location: input.location,
    ...digestsOf(entry, origin),
  };
}

interface Place {
  readonly path: Path;
  readonly read: ReadTemplate;
  readonly report: Report;
}

function remoteTarget(entry: Entry, kind: RemoteTarget["kind"], place: Place & { env: Environment | undefined }): RemoteTarget {
  const { path, read, env, report } = place;
  const url = read(entry.url, [...path, "url"]);
  checkServerUrl({ kind, url }, env, [...path, "url"], report);
  const proxy = entry.proxy === undefined ? null : read(entry.proxy, [...path, "proxy"], "env");
  if (proxy !== null) checkPlainUrl(proxy, PROXY_SCHEMES, env, [...path, "proxy"], report);
  const headers = headersOf(entry, "headers", place);
  const requestHeaders = headersOf(entry, "requestHeaders", place);
  const apiKey = apiKeyHeader(entry, place);
  const names = { headers: Object.keys(headers), requestHeaders: Object.keys(requestHeaders), apiKey: apiKey?.name ?? null };
  reportReplacedHeaders(names, place);
  return { kind, url, headers: apiKey === null ? headers : withHeader(headers, apiKey), requestHeaders, proxy };
}

/** The protocol's own headers are left out; a name that cannot be sent, or is one name twice, is an error of the whole entry. */
function headersOf(entry: Entry, key: string, { path, read, report }: Place): Templates {
  const headers: [string, Template][] = [];
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(record(entry[key]))) {
    const at = [...path, key, name];
    const isTwice = seen.has(name.toLowerCase());
    seen.add(name.toLowerCase());
    if (isProtocolHeader(name)) {
      report(at, {
        severity: "warning",
        code: "header-name",
        message: `\`${name}\` belongs to the protocol and is set by it; it was left out`,
        at: "key",
      });
      continue;
    }
    if (!isHeaderName(name)) {
      report(at, {
        code: "header-name",
        message: "this cannot be the name of a header",
        expected: "letters, digits and hyphens",
        at: "key",
      });
    } else if (isTwice) {
      report(at, { code: "header-name", message: `the header \`${name}\` is there twice, in another case`, at: "key" });
    }
    const template = read(value, at);
    headers.push([name, template]);
    if (template.segments.some((segment) => segment.kind === "text" && !isHeaderText(segment.text))) {
      report(at, {
        severity: "warning",
        code: "header-text",
        message: "a header cannot carry this text",
        expected: "Latin letters, no line breaks",
      });
    }
  }
  return Object.fromEntries(headers);
}

/** An admin's key is a header like any other and beats a configured one; a user's key is a value they enter. */
function apiKeyHeader(entry: Entry, { path, read, report }: Place): { name: string; value: Template } | null {
  const apiKey = record(entry.apiKey);
  if (apiKey.source === "admin" && text(apiKey.key) === null) {
    report([...path, "apiKey"], {
      severity: "warning",
      code: "key-missing",
      message: "there is no `key` to send: requests go out without one",
      expected: "`key`, or source: user",
    });
  }
  const key = apiKey.source === "user" ? `{{${USER_KEY_NAME}}}` : text(apiKey.key);
  if (key === null) return null;
  const isCustom = apiKey.authorization_type === "custom";
  const name = isCustom ? (text(apiKey.custom_header) ?? "X-Api-Key") : "Authorization";
  if (!isHeaderName(name) || isProtocolHeader(name))
    report([...path, "apiKey", "custom_header"], {
      code: "header-name",
      message: `\`${name}\` cannot carry a key: it is no header name, or one of the protocol's own`,
    });
  const prefix = isCustom ? "" : apiKey.authorization_type === "basic" ? "Basic " : "Bearer ";
  return { name, value: read(`${prefix}${key}`, [...path, "apiKey", "key"]) };
}

function withHeader(headers: Templates, { name, value }: { name: string; value: Template }): Templates {
  const kept = Object.entries(headers).filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  return { ...Object.fromEntries(kept), [name]: value };
}

function withApiKeyVar(entry: Entry, userVars: Record<string, UserVarDefinition>): Record<string, UserVarDefinition> {
  if (record(entry.apiKey).source !== "user" || USER_KEY_NAME in userVars) return userVars;
  return { ...userVars, [USER_KEY_NAME]: { title: "API key", description: "Your API key for this server", sensitive: true } };
}

function userVarsOf(
  entry: Entry,
  { path, mode, report }: Pick<ServerInput, "mode" | "report"> & { path: Path },
): Record<string, UserVarDefinition> {
  const userVars: Record<string, UserVarDefinition> = {};
  for (const [name, value] of Object.entries(record(entry.customUserVars))) {
    // Who somebody is, is not for themselves to say; where LibreChat's way is asked for, the value they enter wins.
    const isTaken = mode === "refuse" && knownPlaceholder(name) !== null;
    if (name in {} || name.trim() === "" || /[{}]/.test(name) || isTaken) {
      report([...path, "customUserVars", name], {
        code: "user-var-name",
        message: "this name cannot be used",
        expected: "a name such as API_KEY",
        at: "key",
      });
      continue;
    }
    const { title, description, sensitive } = record(value);
    userVars[name] = { title: String(title ?? name), description: String(description ?? ""), sensitive: sensitive !== false };
  }
  return userVars;
}

function instructionsOf({ serverInstructions }: Entry, path: Path, report: Report): boolean | string {
  if (typeof serverInstructions !== "string") return serverInstructions === true;
  if (/^\s*true\s*$/i.test(serverInstructions)) return true;
  if (/^\s*(yes|no|on|off|false)\s*$/i.test(serverInstructions)) {
    report([...path, "serverInstructions"], {
      severity: "warning",
      code: "yaml11-boolean",
      message: `the model will be told the text "${serverInstructions}"`,
      suggestion: "write true or false, without quotes",
    });
  }
  return serverInstructions.trim() === "" ? false : serverInstructions;
}

function accessOf(entry: Entry): AccessRules {
  return {
    roles: texts(entry.allowedRoles),
    users: texts(entry.allowedUsers)?.map((user) => user.toLowerCase()) ?? null,
    includedTools: texts(entry.includedTools),
    filteredTools: texts(entry.filteredTools) ?? [],
  };
}

/** Scheme, host and port with placeholders as text; in its one canonical spelling where there are none. */
function originAsWritten({ url }: RemoteTarget): string {
  const written = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(url.source)?.[0] ?? url.source.replace(/[/?#].*$/s, "");
  if (/[{}$]/.test(written) || !URL.canParse(written)) return written;
  const { protocol, host } = new URL(written);
  return `${protocol}//${host}`;
}

function iconOf({ iconPath }: Entry): string | null {
  return typeof iconPath === "string" && Buffer.byteLength(iconPath) <= MAX_ICON_BYTES ? iconPath : null;
}

function record(value: unknown): Entry {
  return typeof value === "object" && value !== null ? (value as Entry) : {};
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function texts(value: unknown): string[] | null {
  return Array.isArray(value) ? value.map(String) : null;
}

function number(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
