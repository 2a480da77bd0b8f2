import { hash } from "node:crypto";
import { textAsJson } from "../../schemas/json-text.ts";

/** SHA-256 (hex) of a JSON value; the order of an object's keys does not count. */
export function digestOf(value: unknown): string {
  return hash("sha256", sortedText(value));
}

function sortedText(value: unknown): string {
  if (typeof value === "string") return textAsJson(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  // Bit by bit and not joined: then a long text is copied once, at the end.
  let text = "";
  if (Array.isArray(value)) {
    for (const each of value) text += `${text === "" ? "" : ","}${sortedText(each)}`;
    return `[${text}]`;
  }
  // Pairs, because that is how it has been kept since the first digest.
  for (const [key, each] of Object.entries(value).sort(byKey))
    text += `${text === "" ? "" : ","}[${JSON.stringify(key)},${sortedText(each)}]`;
  return `{"object":[${text}]}`;
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
