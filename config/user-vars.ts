import type { ServerConfig } from "./types.ts";

/** Declared variables without a usable value, in the order of their declaration. Blank counts as missing. */
export function missingUserVars(
  { userVars }: Pick<ServerConfig, "userVars">,
  values: Readonly<Record<string, string | undefined>>,
): string[] {
  return Object.keys(userVars).filter((name) => !(Object.hasOwn(values, name) && values[name]?.trim()));
}
