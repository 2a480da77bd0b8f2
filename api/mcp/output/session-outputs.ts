import { AppError } from "../../errors/app-error.ts";
import { printable } from "../printable.ts";
import type { CallToolResult, Tool } from "../sdk.ts";
import type { OutputChecks } from "./output-checks.ts";

export interface SessionOutputs {
  /** Does this tool promise anything that is still looked at? */
  isToBeChecked(tool: Tool): boolean;
  /** Throws ANSWER_INVALID for a structured answer that does not fit the tool's own output schema. */
  checked(tool: Tool, result: CallToolResult): Promise<CallToolResult>;
}

export interface SessionOutputsOptions {
  checks: Pick<OutputChecks, "check">;
  warn: (message: string) => void;
}

/** A server whose schemas take too long so often is not checked any more. */
const MAX_COSTLY = 3;

/** The looks at one session's answers. What cannot be checked is taken as it is, and said once a tool. */
export function sessionOutputs({ checks, warn }: SessionOutputsOptions): SessionOutputs {
  let told: Set<string> | null = null;
  let costly = 0;

  const isToBeChecked = ({ outputSchema }: Tool) => outputSchema !== undefined && costly < MAX_COSTLY;
  return {
    isToBeChecked,
    async checked(tool, result) {
      const { outputSchema } = tool;
      if (outputSchema === undefined || !isToBeChecked(tool) || result.isError === true) return result;
      const { structuredContent } = result;
      if (structuredContent === undefined) throw misfit("there is none, and the tool promises one");
      const verdict = await checks.check(outputSchema, structuredContent);
      if (verdict.kind === "misfit") throw misfit(printable(verdict.why));
      if (verdict.kind === "unchecked") {
        if (verdict.costly) costly += 1;
        told ??= new Set();
        if (!told.has(tool.name)) warn(`answers of ${tool.name} are not checked: its output schema ${verdict.why}`);
        told.add(tool.name);
      }
      return result;
    },
  };
}

function misfit(why: string): AppError {
  return new AppError("ANSWER_INVALID", `the structured answer does not fit what the tool promises: ${why}`);
}
