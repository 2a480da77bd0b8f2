import { isDeepStrictEqual } from "node:util";
import { portableSchema } from "../../api/tools/portable-schema.ts";
import { connectionScope } from "../../config/connection-scope.ts";
import { effectiveInstructions } from "../../config/effective-instructions.ts";
import { OAUTH_KEYS } from "../../config/entries/normalize-oauth.ts";
import { type LoadResult, loadConfig } from "../../config/load-config.ts";
import { normalizeServerName, shadowedServers, slugFromTitle, splitToolKey } from "../../config/names.ts";
import { isBlockedTarget, isPrivateAddress, isTargetAllowed, sanitizeUrl } from "../../config/target-policy.ts";
import { resolveModelHeaders } from "../../config/templates/resolve-model-headers.ts";
import { resolveOAuth, resolveTarget } from "../../config/templates/resolve-target.ts";
import { validateUserServer } from "../../config/user-server.ts";
import { missingUserVars } from "../../config/user-vars.ts";
import { type Case, contextOf, serverOf, templatesOf } from "./case-server.ts";

export type { Case } from "./case-server.ts";

/** The areas that are about this product; the others describe the anchor only. */
export const CASE_AREAS = [
  "config",
  "placeholder",
  "placeholder-final",
  "custom-vars",
  "scope",
  "names",
  "server-instructions",
  "allowlist",
  "ssrf",
  "logging",
  "tool-schema",
];

type Answer = { value: Record<string, unknown> } | { rejectedAt: readonly string[] } | { failed: string };

/** Runs one case through the product's code. Null: as expected; else what is wrong. */
export function checkCase(one: Case): string | null {
  const run = OPERATIONS[one.op];
  if (run === undefined) return `there is no operation ${one.op}`;
  const answer = run(one);
  if (one.expectError !== undefined) return checkError(one, answer);
  if (!("value" in answer)) return `refused: ${JSON.stringify(answer)}`;
  const expected = one.quirk === true ? one.preferred : one.expect;
  return difference(expected, answer.value, "");
}

function checkError({ expectError = {} }: Case, answer: Answer): string | null {
  if ("value" in answer) return `expected a refusal, got ${JSON.stringify(answer.value)}`;
  if ("failed" in answer) return answer.failed === expectError.kind ? null : `expected ${expectError.kind}, got ${answer.failed}`;
  const about = (expectError.about ?? "").replaceAll(".", "/");
  const isThere = answer.rejectedAt.some((path) => path === about || path.startsWith(`${about}/`) || about === "");
  return isThere ? null : `expected a refusal at ${about}, got ${answer.rejectedAt.join(", ")}`;
}

const OPERATIONS: Readonly<Record<string, (one: Case) => Answer>> = {
  validateServer: (one) => {
    const result = load({ version: "1.3.17", mcpServers: { case: one.config ?? {} } }, one);
    const rejectedAt = errorPaths(result, "/mcpServers/case");
    if (rejectedAt.length > 0) return { rejectedAt };
    const server = result.config.servers.get("case");
    if (server === undefined) return { failed: "left out without an error" };
    // The anchor's validator shows addresses and env with the environment filled in.
    const environment = { env: one.env ?? {}, userVars: {}, user: {} };
    const resolved = resolveTarget(server, environment, "keep");
    const oauth = resolveOAuth(server, environment, "keep");
    const entry = { ...result.document.mcpServers.case };
    if (resolved.ok && resolved.target.kind === "stdio" && entry.env !== undefined) entry.env = resolved.target.env;
    if (resolved.ok && resolved.target.kind !== "stdio") {
      entry.url = resolved.target.url;
      if (entry.proxy !== undefined) entry.proxy = resolved.target.proxy;
    }
    if (oauth.ok && entry.oauth !== undefined) {
      const addresses = Object.entries(inYamlSpelling(oauth.oauth)).filter(([key]) => OAUTH_KEYS[key]?.[1] === "url");
      entry.oauth = { ...entry.oauth, ...Object.fromEntries(addresses) };
    }
    return { value: { accepted: true, value: exactly(entry) } };
  },
  validateFile: (one) => {
    const result = load(one.config ?? {}, one);
    const rejectedAt = errorPaths(result, "");
    return rejectedAt.length > 0 ? { rejectedAt } : { value: { accepted: true, value: result.document } };
  },
  validateUserServer: (one) => {
    const checked = validateUserServer(one.config);
    if (!checked.ok) return { rejectedAt: checked.problems.map(({ path }) => path.slice(1)) };
    return { value: { accepted: true, value: exactly(checked.entry) } };
  },
  resolveServerConfig: (one) => {
    const server = serverOf(one);
    const resolved = resolveTarget(server, contextOf(one), "keep", "request");
    const oauth = resolveOAuth(server, contextOf(one), "keep");
    if (!resolved.ok || !oauth.ok) {
      const failures = [resolved, oauth].flatMap((part) => (part.ok ? [] : part.failures));
      return { failed: failures.some(({ reason }) => reason === "signInExpired") ? "reauth_required" : "not sendable" };
    }
    return { value: { ...resolved.target, oauth: inYamlSpelling(oauth.oauth), oauth_headers: oauth.headers } };
  },
  resolveFinalHeaders: (one) => {
    const headers = templatesOf((one.config?.headers ?? {}) as Record<string, string>, one);
    return { value: { headers: exactly(resolveModelHeaders(headers, contextOf(one))) } };
  },
  connectionScope: (one) => ({ value: { ...connectionScope(serverOf(one)) } }),
  missingCustomVars: (one) => ({
    value: { missing: missingUserVars(serverOf({ ...one, customUserVars: {} }), one.customUserVars ?? {}) },
  }),
  effectiveInstructions: ({ config = {}, ...one }) => {
    const { resolvedInstructions, ...entry } = config;
    const fromServer = typeof resolvedInstructions === "string" ? resolvedInstructions : null;
    return { value: { text: effectiveInstructions(serverOf({ ...one, config: entry }), fromServer) } };
  },
  normalizeServerName: ({ input }) => ({ value: named(normalizeServerName(String(input))) }),
  slugFromTitle: ({ input }) => ({ value: named(slugFromTitle(String(input))) }),
  splitToolKey: ({ input }) => {
    const { key, servers } = input as { key: string; servers: string[] };
    return { value: { parts: splitToolKey(key, servers) } };
  },
  shadowedServers: ({ input }) => ({ value: { shadowed: shadowedServers(input as string[]) } }),
  normalizeInputSchema: ({ input }) => ({ value: exactly({ value: portableSchema(input as Record<string, unknown>) }) }),
  sanitizeUrl: ({ input }) => ({ value: named(sanitizeUrl(String(input))) }),
  isPrivateAddress: ({ input }) => ({ value: { private: isPrivateAddress(String(input)) } }),
  isBlockedTarget: ({ input }) => {
    const { host, ...options } = input as { host: string; port?: string; allowedAddresses?: string[] };
    return { value: { blocked: isBlockedTarget(host, options) } };
  },
  isServerUrlAllowed: ({ config = {}, input }) => {
    const { allowedDomains = [], allowedAddresses = [] } = input as { allowedDomains?: string[]; allowedAddresses?: string[] };
    // A program has no URL, and always passes.
    const isAllowed = config.url === undefined || isTargetAllowed(String(config.url), { allowedDomains, allowedAddresses });
    return { value: { allowed: isAllowed } };
  },
};

function load(document: object, { env = {} }: Case): LoadResult {
  return loadConfig(JSON.stringify(document), "case.yaml", env);
}

function errorPaths({ problems }: LoadResult, base: string): string[] {
  return problems
    .filter(({ severity, path }) => severity === "error" && path.startsWith(base))
    .map(({ path }) => path.slice(base.length + 1));
}

function inYamlSpelling(oauth: object): Record<string, unknown> {
  const names = new Map(Object.entries(OAUTH_KEYS).map(([yaml, [name]]) => [name as string, yaml]));
  return Object.fromEntries(Object.entries(oauth).map(([name, value]) => [names.get(name) ?? name, value]));
}

/** A name that a case may also expect by pattern. */
function named(value: string): Record<string, unknown> {
  return { value, pattern: value };
}

const EXACT = Symbol("all keys count");

/** Marks an object whose keys must all be expected. */
function exactly<T extends object>(value: T): T {
  return Object.defineProperty({ ...value }, EXACT, { value: true });
}

/** Every expected part must be there; URLs are compared after percent-decoding. Null when nothing differs. */
function difference(expected: unknown, actual: unknown, path: string, isExact = false): string | null {
  if (path.endsWith(".pattern") && typeof expected === "string") {
    return new RegExp(expected).test(String(actual)) ? null : `${path}: ${actual} does not match ${expected}`;
  }
  if (typeof expected === "object" && expected !== null && !Array.isArray(expected)) {
    const found = (actual ?? {}) as Record<string | symbol, unknown>;
    const allKeysCount = isExact || found[EXACT] === true;
    if (allKeysCount && !isDeepStrictEqual(Object.keys(found).sort(), Object.keys(expected).sort())) {
      return `${path}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`;
    }
    for (const [key, value] of Object.entries(expected)) {
      const inner = difference(value, found[key], `${path}.${key}`, allKeysCount);
      if (inner !== null) return inner;
    }
    return null;
  }
  const isSame = path.endsWith(".url") ? decoded(expected) === decoded(actual) : isDeepStrictEqual(expected, actual);
  return isSame ? null : `${path}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`;
}

function decoded(url: unknown): string {
  try {
    return decodeURIComponent(String(url));
  } catch {
    return String(url);
  }
}
