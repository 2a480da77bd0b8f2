import { createHash } from "node:crypto";
import type { Origin } from "../types.ts";
import type { Entry } from "./transport-kind.ts";

/** Keys that change what people see or may do, and no connection. */
const DISPLAY_KEYS = new Set([
  "title",
  "description",
  "iconPath",
  "chatMenu",
  "startup",
  "serverInstructions",
  "allowedRoles",
  "allowedUsers",
  "includedTools",
  "filteredTools",
  "toolApproval",
]);

/** Two digests of an entry: of what a live connection depends on, and of the rest. Order of keys does not matter. */
export function digestsOf(entry: Entry, origin: Origin): { connectionDigest: string; displayDigest: string } {
  const connection: Entry = {};
  const display: Entry = {};
  for (const [key, value] of Object.entries(entry)) (DISPLAY_KEYS.has(key) ? display : connection)[key] = value;
  if (isObject(entry.customUserVars)) {
    // Which names are filled in matters to a connection, how they are explained does not.
    connection.customUserVars = Object.keys(entry.customUserVars);
    display.customUserVars = entry.customUserVars;
  }
  return { connectionDigest: sha256({ origin, connection }), displayDigest: sha256(display) };
}

function sha256(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(value)))
    .digest("hex");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
