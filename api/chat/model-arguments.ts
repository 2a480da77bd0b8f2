import { isDeeperThan } from "../../schemas/depth.ts";
import { changedNumberAt } from "../../schemas/exact-numbers.ts";

/** Deeper than any tool's arguments; what is nested without end would exhaust the stack wherever it is written down. */
const MAX_DEPTH = 128;

/** The arguments of a call as a model wrote them; null when they are no JSON object that can be handled. */
export function argumentsOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text === "" ? "{}" : text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isObject || isDeeperThan(value, MAX_DEPTH) || changedNumberAt(text, value) !== null) return null;
    return value as Record<string, unknown>;
  } catch {
    return null;
  }
}
