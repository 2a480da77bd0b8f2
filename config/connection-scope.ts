import type { PlaceholderFamily, ServerConfig, Template } from "./types.ts";

/**
 * `shared`: no user's data is needed (connections stay per user all the same). `user`: it is.
 * `run`: fields of the chat request are, so a connection lives for one run.
 */
export interface ConnectionScope {
  readonly scope: "shared" | "user" | "run";
  /** Fields of the chat request in use, such as `conversationId`. */
  readonly bodyFields: readonly string[];
}

/** A name with one of these prefixes means a user's data, even where the rest of it is unknown. */
const USER_PREFIX = /^LIBRECHAT_(USER|OPENID|GRAPH)_/;

export function connectionScope(server: ServerConfig): ConnectionScope {
  if (server.origin === "ui") return { scope: "user", bodyFields: [] };
  const placeholders = templatesOf(server).flatMap(({ segments }) =>
    segments.filter((segment) => segment.kind === "placeholder"),
  );
  const bodyFields = [...new Set(placeholders.filter(({ family }) => family === "body").map(({ name }) => name))];
  if (bodyFields.length > 0) return { scope: "run", bodyFields };
  const needsUser =
    !server.startup ||
    server.requiresOAuth === true ||
    server.oboScopes !== null ||
    Object.keys(server.userVars).length > 0 ||
    placeholders.some(({ source }) => USER_PREFIX.test(source.slice(2, -2)));
  return { scope: needsUser ? "user" : "shared", bodyFields: [] };
}

/** Where the values come from that a connection to it, or signing in to it, is made with. */
export function placeholderFamilies(server: ServerConfig): ReadonlySet<PlaceholderFamily> {
  const segments = templatesOf(server).flatMap((template) => template.segments);
  return new Set(segments.flatMap((segment) => (segment.kind === "placeholder" ? segment.family : [])));
}

/** What a connection itself is made from; `requestHeaders` are laid over single calls. */
function templatesOf({ target, oauth, oauthHeaders }: ServerConfig): Template[] {
  const own =
    target.kind === "stdio" ? [...target.args, ...Object.values(target.env)] : [target.url, ...Object.values(target.headers)];
  const ofOAuth = Object.values(oauth ?? {}).filter(
    (value): value is Template => typeof value === "object" && "segments" in value,
  );
  return [...own, ...ofOAuth, ...Object.values(oauthHeaders)];
}
