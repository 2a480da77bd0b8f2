import { hash } from "node:crypto";
import { textAsJson } from "../../schemas/json-text.ts";

/** SHA-256 (hex) of a JSON value; the order of an object's keys does not count. */
export function digestOf(value: unknown): string {
  return hash("sha256", sortedText(value));
}

function sortedText(value: unknown): string {
  if (typeof value === "string") return textAsJson(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(sortedText).join()}]`;
  const pairs = Object.entries(value).sort(byKey);
  // Pairs, because that is how it has been kept since the first digest.
  return `{"object":[${pairs.map(([key, each]) => `[${JSON.stringify(key)},${sortedText(each)}]`).join()}]}`;
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
