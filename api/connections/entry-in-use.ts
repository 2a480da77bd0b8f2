import type { ToolApproval } from "../../config/entries/tool-approval.ts";
import type { AccessRules, ServerConfig } from "../../config/types.ts";

/**
 * The entry by which a call on this session is judged. `opened`: the one it was opened with, which says whose server it
 * is; `inForce`: the one of now. Where they are not about the same connection, because the newer one cannot be opened yet
 * and the older goes on serving, a call must be right by both.
 */
export function entryInUse(opened: ServerConfig, inForce: ServerConfig): ServerConfig {
  if (opened.connectionDigest === inForce.connectionDigest) return inForce;
  const toolApproval = strictest(opened.toolApproval, inForce.toolApproval);
  return { ...opened, access: narrowest(opened.access, inForce.access), toolApproval };
}

/** Who may see the server at all is asked of the entry in force. */
function narrowest(a: AccessRules, b: AccessRules): AccessRules {
  const lists = [a.includedTools, b.includedTools].filter((list) => list !== null);
  const [first = null, second] = lists;
  const includedTools = second === undefined ? first : (first?.filter((tool) => second.includes(tool)) ?? null);
  return { ...b, includedTools, filteredTools: [...a.filteredTools, ...b.filteredTools] };
}

function strictest(a: ToolApproval | null, b: ToolApproval | null): ToolApproval | null {
  if (a === null && b === null) return null;
  const modes = [a?.mode ?? "default", b?.mode ?? "default"];
  return {
    mode: modes.includes("dontAsk") ? "dontAsk" : modes.includes("default") ? "default" : "bypass",
    allow: (a?.allow ?? []).filter((pattern) => b?.allow.includes(pattern)),
    deny: [...(a?.deny ?? []), ...(b?.deny ?? [])],
    ask: [...(a?.ask ?? []), ...(b?.ask ?? [])],
    reason: b?.reason ?? a?.reason ?? null,
  };
}
