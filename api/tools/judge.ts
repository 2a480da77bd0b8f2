import type { ToolApproval } from "../../config/entries/tool-approval.ts";
import type { AskReason, PermissionSource } from "../../schemas/wire-functions.ts";
import type { PermissionRecord } from "../ports/permission-store.ts";

/** Who wants a call: a model in a chat, or a person (their page, their program) who names the arguments by themselves. */
export type CalledBy = "model" | "person";

export interface Digests {
  readonly serverDigest: string;
  readonly toolDigest: string;
}

/** One function as it is now, and everything that was said about it. */
export interface Case extends Digests {
  readonly tool: string;
  readonly by: CalledBy;
  /** The operator's file about this server; null when it says nothing. */
  readonly policy: ToolApproval | null;
  /** What an admin said for everybody. */
  readonly everyone: PermissionRecord | undefined;
  /** What this person said. */
  readonly own: PermissionRecord | undefined;
}

export type Verdict =
  | { readonly answer: "allow"; readonly source: PermissionSource }
  | { readonly answer: "never"; readonly source: Exclude<PermissionSource, "default"> }
  /** `mayAllowAlways`: false where it is asked every time, whatever this person chooses. */
  | { readonly answer: "ask"; readonly why: AskReason; readonly mayAllowAlways: boolean };

/**
 * What holds for a call. Whoever is stricter wins, and no hint of a server ever allows anything. A call that a person
 * makes by naming its arguments is its own approval where nobody said anything; not where they, or others, did.
 */
export function judge(given: Case): Verdict {
  const { tool, by, policy, everyone, own } = given;
  const isListed = policy !== null && names(policy.allow, tool);
  if (policy !== null && (names(policy.deny, tool) || (policy.mode === "dontAsk" && !isListed)))
    return { answer: "never", source: "operator" };
  if (everyone?.permission === "never") return { answer: "never", source: "admin" };
  if (own?.permission === "never") return { answer: "never", source: "you" };
  if (policy !== null && names(policy.ask, tool)) return { answer: "ask", why: "operator", mayAllowAlways: false };
  if (everyone?.permission === "ask") return { answer: "ask", why: "admin", mayAllowAlways: false };
  if (own?.permission === "ask") return { answer: "ask", why: "you", mayAllowAlways: true };
  if (own !== undefined)
    return stillFits(own, given) ? { answer: "allow", source: "you" } : { answer: "ask", why: "changed", mayAllowAlways: true };
  if (isListed || policy?.mode === "bypass") return { answer: "allow", source: "operator" };
  return by === "person" ? { answer: "allow", source: "default" } : { answer: "ask", why: "default", mayAllowAlways: true };
}

/** Was it said of what is there now? */
export function stillFits(said: Digests, now: Digests): boolean {
  return said.toolDigest === now.toolDigest && said.serverDigest === now.serverDigest;
}

const patterns = new WeakMap<readonly string[], RegExp>();

/** `*` in a pattern stands for anything. */
function names(list: readonly string[], tool: string): boolean {
  if (list.length === 0) return false;
  const known = patterns.get(list) ?? new RegExp(`^(?:${list.map(globSource).join("|")})$`, "s");
  patterns.set(list, known);
  return known.test(tool);
}

function globSource(glob: string): string {
  return glob
    .split(/\*+/)
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
}
