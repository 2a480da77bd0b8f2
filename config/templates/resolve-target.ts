import type { OAuthConfig, RemoteTarget, ServerConfig, StdioTarget, Template, Templates } from "../types.ts";
import { type Encode, type Filling, fill } from "./fill.ts";
import { fitsHeader, forHeader, isHeaderText } from "./header-rules.ts";
import { forUrl, resolveUrl } from "./resolve-url.ts";
import type { ResolveContext, ResolvedOAuth, ResolvedTarget, ResolveFailure } from "./resolved.ts";

export type ResolveMode = "refuse" | "keep";
/** `connect`: the connection itself and its tool list. `request`: a call from a chat; `requestHeaders` count too. */
export type ResolveUse = "connect" | "request";

export type Resolution = { ok: true; target: ResolvedTarget } | { ok: false; failures: readonly ResolveFailure[] };
export type OAuthResolution =
  | { ok: true; oauth: ResolvedOAuth; headers: Readonly<Record<string, string>> }
  | { ok: false; failures: readonly ResolveFailure[] };

/** Fills one server's templates with one user's values, once, each encoded for where it lands. Pure. */
export function resolveTarget(
  server: ServerConfig,
  context: ResolveContext,
  mode: ResolveMode,
  use: ResolveUse = "connect",
): Resolution {
  const filled: string[] = [];
  const filling: Filling = { context, mode, failures: [], filled };
  const target =
    server.target.kind === "stdio" ? resolveStdio(server.target, filling) : resolveRemote(server.target, filling, use);
  if (filling.failures.length > 0) return { ok: false, failures: filling.failures };
  return { ok: true, target: filled.length === 0 ? target : { ...target, filled } };
}

/** Fills the OAuth settings of a server. Secrets come out: for the sign-in itself only. */
export function resolveOAuth(server: ServerConfig, context: ResolveContext, mode: ResolveMode): OAuthResolution {
  const filling: Filling = { context, mode, failures: [] };
  const oauth: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(server.oauth ?? {}) as [keyof OAuthConfig, unknown][]) {
    const encode = /Url$|Endpoint$|Uri$|^issuer$/.test(key) ? forUrl : asItIs;
    oauth[key] = isTemplate(value) ? fill(value, `oauth.${key}`, filling, encode) : value;
  }
  const headers = resolveHeaders(server.oauthHeaders, "oauth_headers", filling);
  if (filling.failures.length > 0) return { ok: false, failures: filling.failures };
  return { ok: true, oauth: oauth as ResolvedOAuth, headers };
}

/** Headers of one kind; a value that HTTP cannot carry is a failure. */
function resolveHeaders(templates: Templates, group: string, filling: Filling): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, template] of Object.entries(templates)) {
    const field = `${group}.${name}`;
    const value = fill(template, field, filling, forHeader);
    if ((filling.mode === "refuse" && !isHeaderText(value)) || !fitsHeader(value, template)) {
      filling.failures.push({ reason: "notSendable", family: "unknown", name, field });
    }
    headers[name] = value;
  }
  return headers;
}

function resolveStdio(target: StdioTarget, filling: Filling): ResolvedTarget {
  const env = Object.entries(target.env).map(([name, template]) => [name, fill(template, `env.${name}`, filling, withoutNul)]);
  return {
    kind: "stdio",
    command: target.command,
    args: target.args.map((template, index) => fill(template, `args.${index}`, filling, forArgument)),
    env: Object.fromEntries(env),
    cwd: target.cwd,
    stderr: target.stderr,
    maxMemoryMb: target.maxMemoryMb,
    runAs: target.runAs,
  };
}

function resolveRemote(target: RemoteTarget, filling: Filling, use: ResolveUse): ResolvedTarget {
  return {
    kind: target.kind,
    url: resolveUrl(target, filling),
    headers: laidOver(
      resolveHeaders(target.headers, "headers", filling),
      use === "request" ? resolveHeaders(target.requestHeaders, "requestHeaders", filling) : {},
    ),
    proxy: target.proxy === null ? null : fill(target.proxy, "proxy", filling, forUrl),
  };
}

/** Header names are one name in any case. */
function laidOver(below: Record<string, string>, above: Record<string, string>): Record<string, string> {
  const covered = new Set(Object.keys(above).map((name) => name.toLowerCase()));
  const kept = Object.entries(below).filter(([name]) => !covered.has(name.toLowerCase()));
  return { ...Object.fromEntries(kept), ...above };
}

/** Arguments and environment are handed over as they are, one value one item; only NUL cannot be. */
const withoutNul: Encode = (value) => (value.includes("\0") ? null : value);
/** What is not the operator's own begins no argument with a dash: a program would take it for an option. */
const forArgument: Encode = (value, placeholder, before) =>
  before === "" && placeholder.family !== "env" && value.startsWith("-") ? null : withoutNul(value, placeholder, before);
const asItIs: Encode = (value) => value;

function isTemplate(value: unknown): value is Template {
  return typeof value === "object" && value !== null && "segments" in value;
}
