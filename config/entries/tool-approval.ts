/** What the operator says about running a server's tools; `*` in a name stands for anything. */
export interface ToolApproval {
  /**
   * `default`: people are asked, and may allow for good. `bypass`: what nobody said anything about runs. `dontAsk`: only
   * what `allow` lists runs at all.
   */
  readonly mode: "default" | "bypass" | "dontAsk";
  /** Runs without a question, unless the person chose otherwise. */
  readonly allow: readonly string[];
  /** Never runs. */
  readonly deny: readonly string[];
  /** Asked every time, whatever people choose. */
  readonly ask: readonly string[];
  /** What people are told when they are asked or refused; `{tool}` is filled in. */
  readonly reason: string | null;
}

/** A checked entry's `toolApproval`. */
export function toolApprovalOf({ toolApproval }: Readonly<Record<string, unknown>>): ToolApproval | null {
  if (typeof toolApproval !== "object" || toolApproval === null) return null;
  const { mode, allow, deny, ask, reason } = toolApproval as Record<string, unknown>;
  return {
    mode: mode === "bypass" || mode === "dontAsk" ? mode : "default",
    allow: texts(allow),
    deny: texts(deny),
    ask: texts(ask),
    reason: typeof reason === "string" && reason !== "" ? reason : null,
  };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
