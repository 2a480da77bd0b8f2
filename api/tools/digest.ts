import { hash } from "node:crypto";

/** SHA-256 (hex) of a JSON value; the order of an object's keys does not count. */
export function digestOf(value: unknown): string {
  return hash("sha256", JSON.stringify(sorted(value)) ?? "");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  // Pairs instead of an object: a key such as `__proto__` or `1` must stay what and where it is.
  return {
    object: Object.entries(value)
      .sort(byKey)
      .map(([key, each]) => [key, sorted(each)]),
  };
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
