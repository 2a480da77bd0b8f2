import { isRecord } from "../anything.ts";

const KEY = "x-mcp-header";
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TYPES: readonly unknown[] = ["string", "integer", "boolean"];
const MAX_DEPTH = 32;

/**
 * Why a tool's wishes for headers of its own cannot be met, or null. Over HTTP since 2026-07-28 a client must leave out
 * such a tool: the server would refuse the call, or read another value than the one that was meant.
 */
export function headerProblem(inputSchema: Record<string, unknown>): string | null {
  const seen = new Set<string>();
  const visit = (node: unknown, isProperty: boolean, isReachable: boolean, depth: number): string | null => {
    if (depth > MAX_DEPTH) return "its schema is too deep";
    if (Array.isArray(node)) return firstProblem(node.map((each) => () => visit(each, false, false, depth + 1)));
    if (!isRecord(node)) return null;
    const own = KEY in node ? ownProblem(node, isProperty && isReachable, seen) : null;
    if (own !== null) return own;
    return firstProblem(
      Object.entries(node).map(([keyword, below]) => () => {
        if (keyword !== "properties" || !isRecord(below)) return DATA.has(keyword) ? null : visit(below, false, false, depth + 1);
        return firstProblem(Object.values(below).map((each) => () => visit(each, true, isReachable, depth + 1)));
      }),
    );
  };
  return visit(inputSchema, false, true, 0);
}

/** Keywords that hold values: what looks like a wish in there is none. */
const DATA = new Set(["const", "enum", "default", "examples"]);

function ownProblem({ [KEY]: name, type }: Record<string, unknown>, isAllowed: boolean, seen: Set<string>): string | null {
  if (!isAllowed) return `${KEY} stands where no single argument is`;
  if (typeof name !== "string" || !TOKEN.test(name)) return `${KEY} is not a header name`;
  if (!TYPES.includes(type)) return `${KEY} is on something that is neither string, integer nor boolean`;
  const lower = name.toLowerCase();
  if (seen.has(lower)) return `two arguments want the header ${lower}`;
  seen.add(lower);
  return null;
}

function firstProblem(checks: readonly (() => string | null)[]): string | null {
  for (const check of checks) {
    const problem = check();
    if (problem !== null) return problem;
  }
  return null;
}
