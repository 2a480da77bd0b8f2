import type { PlaceholderFamily, ServerConfig, Template } from "../types.ts";
import { lookUp } from "./placeholder-value.ts";
import { type ResolveMode, resolveTarget } from "./resolve-target.ts";
import type { ResolveContext, ResolveFailure } from "./resolved.ts";

/** One placed value: where it lands, and what it is made of. */
export interface ExplainedField {
  /** For example `url` or `headers.Authorization`. */
  readonly field: string;
  /** With every secret as dots. */
  readonly shown: string;
  readonly parts: readonly { readonly source: string; readonly origin: string; readonly isMissing: boolean }[];
}

export interface Explanation {
  readonly fields: readonly ExplainedField[];
  /** Why the connection is not opened; empty when it is. */
  readonly failures: readonly ResolveFailure[];
}

const ORIGINS: Readonly<Record<PlaceholderFamily, string>> = {
  env: "the environment",
  userVar: "entered by the user",
  user: "the user's account",
  body: "the chat request",
  openid: "the user's OpenID sign-in",
  graph: "Microsoft Graph",
  unknown: "no family of names; sent as it stands",
};

/** Says what one user's connection would send, each value with its origin and no secret in the clear. Pure. */
export function explainServer(server: ServerConfig, context: ResolveContext, mode: ResolveMode): Explanation {
  const fields = templatesOf(server).map(([field, template]) => explain(field, template, server, context));
  const resolution = resolveTarget(server, context, mode);
  return {
    fields: server.oboScopes === null ? fields : [...fields.filter(({ field }) => !isBearer(field)), exchanged(server.oboScopes)],
    failures: resolution.ok ? [] : resolution.failures.filter(({ family }) => !isKnownLater(family, context)),
  };
}

/** What the provider gives is with the running platform, and renewed there. */
function isKnownLater(family: PlaceholderFamily, { user }: ResolveContext): boolean {
  return user.provider === "openid" && (family === "openid" || family === "graph");
}

const isBearer = (field: string) => field.toLowerCase() === "headers.authorization";

function exchanged(scopes: string): ExplainedField {
  const origin = "exchanged for the user's OpenID token, when it connects";
  return {
    field: "headers.Authorization",
    shown: "Bearer ••••••",
    parts: [{ source: `obo ${scopes}`, origin, isMissing: false }],
  };
}

function templatesOf({ target }: ServerConfig): [string, Template][] {
  if (target.kind === "stdio") {
    return [
      ...target.args.map((template, index): [string, Template] => [`args.${index}`, template]),
      ...Object.entries(target.env).map(([name, template]): [string, Template] => [`env.${name}`, template]),
    ];
  }
  const headers = Object.entries(target.headers).map(([name, template]): [string, Template] => [`headers.${name}`, template]);
  const proxy: [string, Template][] = target.proxy === null ? [] : [["proxy", target.proxy]];
  return [["url", target.url], ...headers, ...proxy];
}

function explain(field: string, template: Template, server: ServerConfig, context: ResolveContext): ExplainedField {
  const parts: ExplainedField["parts"][number][] = [];
  let shown = "";
  for (const segment of template.segments) {
    if (segment.kind === "text") {
      // What stands in a header as plain text may be a key somebody pasted there.
      shown += /^headers\.(authorization|.*(key|token|secret|cookie).*)$/i.test(field) ? maskWords(segment.text) : segment.text;
      continue;
    }
    const looked = lookUp(segment, context);
    const value = looked.kind === "value" ? looked.value : null;
    parts.push({
      source: segment.source,
      origin: ORIGINS[segment.family],
      isMissing: value === null && segment.family !== "unknown" && !isKnownLater(segment.family, context),
    });
    shown += value === null ? segment.source : isOpen(segment.family, segment.name, field, server) ? value : mask(value);
  }
  return { field, shown, parts };
}

/** Account fields and variables declared as not sensitive may be shown; of the environment only addresses. */
function isOpen(family: PlaceholderFamily, name: string, field: string, server: ServerConfig): boolean {
  if (family === "user" || family === "body") return true;
  if (family === "userVar") return server.userVars[name]?.sensitive === false;
  return family === "env" && (field === "url" || field === "proxy") && /(URL|HOST|PORT|ORIGIN|DOMAIN)$/.test(name);
}

function mask(value: string): string {
  return `•••••• (${value.length} characters)`;
}

/** `Bearer abc…` keeps its first word only. */
function maskWords(text: string): string {
  return text.replace(/\S{8,}/g, mask);
}
