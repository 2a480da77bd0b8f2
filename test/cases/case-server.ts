import { normalizeServer } from "../../config/entries/normalize-server.ts";
import { type Entry, transportKind } from "../../config/entries/transport-kind.ts";
import type { ResolveContext } from "../../config/templates/resolved.ts";
import { parseTemplate } from "../../config/templates/template.ts";
import type { Origin, ServerConfig, Templates } from "../../config/types.ts";

/** One line of a case file. `env` is the whole environment the case may rely on. */
export interface Case {
  readonly id: string;
  readonly area: string;
  readonly op: string;
  readonly title: string;
  readonly config?: Entry;
  readonly user?: Record<string, unknown>;
  readonly customUserVars?: Record<string, string>;
  readonly env?: Record<string, string>;
  readonly body?: Record<string, string>;
  readonly input?: unknown;
  readonly expect?: Record<string, unknown>;
  readonly expectError?: {
    readonly rejected?: boolean;
    readonly about?: string;
    readonly kind?: string;
    readonly status?: number;
  };
  readonly quirk?: boolean;
  readonly preferred?: Record<string, unknown>;
}

/** A case's entry as the house would hold it. Values of variables that the entry does not declare count as declared. */
export function serverOf({ config = {}, customUserVars = {}, env = {} }: Case): ServerConfig {
  const { _origin, dbId, source, ...entry } = config;
  const origin: Origin =
    source === "plugin" ? "plugin" : _origin === "user" || dbId !== undefined || source === "user" ? "ui" : "operator";
  const declared = Object.keys(customUserVars).map((name) => [name, { title: name, description: name }]);
  if (declared.length > 0) entry.customUserVars ??= Object.fromEntries(declared);
  const found = transportKind(entry, typeof entry.url === "string" ? entry.url : null);
  return normalizeServer({
    name: "case",
    entry,
    kind: found.kind ?? "sse",
    origin,
    location: null,
    mode: "keep",
    env,
    report: () => {},
  });
}

/** What the case's user brings. Sign-in tokens are a part of the user's record there. */
export function contextOf({ customUserVars = {}, env = {}, body, user = {} }: Case): ResolveContext {
  const { federatedTokens, ...fields } = user as { federatedTokens?: Record<string, unknown> };
  const isOpenId = user.provider === "openid" || user.openidId !== undefined;
  const tokens = {
    accessToken: federatedTokens?.access_token,
    idToken: federatedTokens?.id_token,
    expiresAt: federatedTokens?.expires_at,
  };
  return {
    env,
    userVars: customUserVars,
    user: fields as ResolveContext["user"],
    ...(body === undefined ? {} : { body }),
    ...(isOpenId ? { openid: tokens as ResolveContext["openid"] } : {}),
  };
}

export function templatesOf(headers: Record<string, string>, { customUserVars = {} }: Case): Templates {
  const rules = { origin: "operator", declared: new Set(Object.keys(customUserVars)) } as const;
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, parseTemplate(value, rules).template]));
}
