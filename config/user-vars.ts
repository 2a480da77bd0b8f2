import type { ServerConfig, Templates } from "./types.ts";

/** Declared variables without a usable value, in the order of their declaration. Blank counts as missing. */
export function missingUserVars(
  { userVars }: Pick<ServerConfig, "userVars">,
  values: Readonly<Record<string, string | undefined>>,
): string[] {
  return Object.keys(userVars).filter((name) => !(Object.hasOwn(values, name) && values[name]?.trim()));
}

/** Declared variables that stand in a header. HTTP takes blanks off both ends of one, so they cannot be a part of a value. */
export function headerVars({ target, oauthHeaders }: Pick<ServerConfig, "target" | "oauthHeaders">): ReadonlySet<string> {
  const groups: Templates[] = target.kind === "stdio" ? [] : [target.headers, target.requestHeaders];
  const segments = [...groups, oauthHeaders].flatMap((group) => Object.values(group).flatMap((template) => template.segments));
  return new Set(segments.flatMap((each) => (each.kind === "placeholder" && each.family === "userVar" ? [each.name] : [])));
}
