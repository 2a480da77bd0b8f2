import type { AccessRules } from "../../config/types.ts";
import type { Principal } from "../ports/identity.ts";

/** May this person see and use a server with these rules? A role or an e-mail that is named is enough; no list means everybody. */
export function maySee({ roles, users }: AccessRules, who: Principal): boolean {
  if (roles === null && users === null) return true;
  return roles?.includes(who.role) === true || users?.some((pattern) => matchesEmail(pattern, who.email)) === true;
}

/** May this tool of the server be listed and called? What is filtered out stays out, named or not. */
export function isToolOffered({ includedTools, filteredTools }: AccessRules, tool: string): boolean {
  return !filteredTools.includes(tool) && (includedTools === null || includedTools.includes(tool));
}

function matchesEmail(pattern: string, email: string): boolean {
  const address = email.toLowerCase();
  return pattern.startsWith("*@") ? address.endsWith(pattern.slice(1)) : address === pattern;
}
