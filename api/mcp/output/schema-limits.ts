import { isRecord } from "../anything.ts";

const MAX_NODES = 5_000;
const MAX_DEPTH = 32;
const MAX_PATTERN_CHARS = 512;
const REFERENCES = ["$ref", "$dynamicRef", "$recursiveRef"];
/** Keywords that hold values: what looks like a keyword in there is none. */
const VALUES = new Set(["const", "enum", "default", "examples"]);

/** Why a schema of a stranger is not even tried, in words that go on after "its output schema "; null when it may be. */
export function schemaRefusal(schema: unknown): string | null {
  let nodes = 0;
  const visit = (node: unknown, depth: number): string | null => {
    nodes += 1;
    if (nodes > MAX_NODES) return `has more than ${MAX_NODES} parts`;
    if (depth > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH}`;
    if (!isRecord(node) && !Array.isArray(node)) return null;
    for (const [key, below] of Object.entries(node)) {
      const problem = keywordRefusal(key, below) ?? (VALUES.has(key) ? null : visit(below, depth + 1));
      if (problem !== null) return problem;
    }
    return null;
  };
  return visit(schema, 1);
}

function keywordRefusal(key: string, value: unknown): string | null {
  if (key === "$async") return "asks to be checked in steps";
  if (REFERENCES.includes(key) && typeof value === "string" && !value.startsWith("#")) return "refers to another document";
  return key === "pattern" && typeof value === "string" && value.length > MAX_PATTERN_CHARS
    ? "has a pattern that is too long"
    : null;
}
