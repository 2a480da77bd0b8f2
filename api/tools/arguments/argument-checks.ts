import { AppError } from "../../errors/app-error.ts";
import { isRecord } from "../../mcp/anything.ts";
import type { OutputChecks } from "../../mcp/output/output-checks.ts";
import type { McpTool } from "../../mcp/session/tool-list.ts";
import type { Misfit } from "./look.ts";
import { type PlainCheck, plainCheck } from "./plain-schema.ts";

export type Arguments = Readonly<Record<string, unknown>>;

/** What the arguments of calls are held against before they leave. */
export interface ArgumentChecks {
  /**
   * Throws TOOL_ARGUMENTS_INVALID for arguments that do not fit the tool's own schema. Without a promise for the plain
   * schemas that nearly all tools have.
   */
  check(server: string, tool: Pick<McpTool, "name" | "inputSchema">, args: Arguments): void | Promise<void>;
}

/** Deeper than any tool's arguments; what is nested without end would exhaust the stack further on. */
const MAX_DEPTH = 128;
/** A server whose schemas take too long so often is not checked there any more. */
const MAX_COSTLY = 3;
const MAX_TOLD = 3;

/** `checks`: of a thread that can be ended, for schemas that are not plain. What cannot be checked there is sent as it is. */
export function argumentChecks(checks: Pick<OutputChecks, "check">): ArgumentChecks {
  const plain = new WeakMap<object, PlainCheck | "elsewhere">();
  const costly = new Map<string, number>();

  const checkOf = (schema: object): PlainCheck | "elsewhere" => {
    const known = plain.get(schema) ?? plainCheck(schema) ?? "elsewhere";
    plain.set(schema, known);
    return known;
  };
  const elsewhere = async (server: string, { name, inputSchema }: Pick<McpTool, "name" | "inputSchema">, args: Arguments) => {
    const before = costly.get(server) ?? 0;
    if (before >= MAX_COSTLY) return;
    const verdict = await checks.check(inputSchema, args);
    if (verdict.kind === "unchecked" && verdict.costly) costly.set(server, before + 1);
    if (verdict.kind !== "misfit") return;
    const [, path = "/", expected = verdict.why] = /^(\/\S*) must (.*)$/.exec(verdict.why) ?? [];
    throw misfits(name, [{ path, expected: `a value that must ${expected}`, found: "" }]);
  };

  return {
    check(server, tool, args) {
      const poison = poisoned(args, 0);
      if (poison !== null) throw misfits(tool.name, [poison]);
      const said = withoutNothing(tool.inputSchema, args);
      const check = checkOf(tool.inputSchema);
      const found = check === "elsewhere" ? null : check(said);
      if (found === null) return elsewhere(server, tool, said);
      if (found.length > 0) throw misfits(tool.name, found);
    },
  };
}

/** Models and programs say `null` for what they leave out: only where it is required must it fit. It is sent as it is. */
function withoutNothing({ properties, required }: McpTool["inputSchema"], args: Arguments): Arguments {
  let said: Record<string, unknown> | null = null;
  for (const key of Object.keys(args)) {
    if (args[key] !== null || !isRecord(properties) || !Object.hasOwn(properties, key)) continue;
    if (Array.isArray(required) && required.includes(key)) continue;
    said ??= { ...args };
    delete said[key];
  }
  return said ?? args;
}

/** Names that change what an object is where somebody copies it key by key, and nesting without end. */
function poisoned(value: object, depth: number): Misfit | null {
  if (depth > MAX_DEPTH) return { path: "", expected: `nested at most ${MAX_DEPTH} deep`, found: "more" };
  for (const key of Object.keys(value)) {
    const each = (value as Arguments)[key];
    const isObject = typeof each === "object" && each !== null;
    if (key === "__proto__" || (key === "constructor" && isObject && Object.hasOwn(each, "prototype")))
      return { path: `/${key}`, expected: "left out: no argument may be called so", found: `\`${key}\`` };
    const below = isObject ? poisoned(each, depth + 1) : null;
    if (below !== null) return { ...below, path: `/${key}${below.path}` };
  }
  return null;
}

function misfits(tool: string, details: readonly Misfit[]): AppError {
  const told = details.slice(0, MAX_TOLD).map(({ path, expected }) => `${path} must be ${expected}`);
  const more = details.length > MAX_TOLD ? `, and ${details.length - MAX_TOLD} more` : "";
  const message = `the arguments do not fit "${tool}": ${told.join("; ")}${more}`;
  return new AppError("TOOL_ARGUMENTS_INVALID", message, { details, neverRan: true });
}
