import { isDeepStrictEqual } from "node:util";
import type { DefinitionChange, ToolClass } from "../../schemas/wire-functions.ts";
import type { McpTool } from "../mcp/session/tool-list.ts";
import type { PermissionRecord } from "../ports/permission-store.ts";
import { digestOf } from "./digest.ts";

const MAX_KEPT_CHARS = 64 * 1024;

const digests = new WeakMap<object, string>();

/** Of everything the server says of the tool. Definitions are shared by many people, so each is looked at once. */
export function toolDigest({ definition }: McpTool): string {
  const known = digests.get(definition) ?? digestOf(definition);
  digests.set(definition, known);
  return known;
}

/** What is kept beside a permission, to show later what changed. */
export function keptDefinition({ definition }: McpTool): string | null {
  const text = JSON.stringify(definition);
  return text.length > MAX_KEPT_CHARS ? null : text;
}

/** What is different now from what somebody said yes to; null when nothing is. */
export function changeSince(said: PermissionRecord, serverDigest: string, tool: McpTool): DefinitionChange | null {
  const server = said.serverDigest !== serverDigest;
  if (said.toolDigest === toolDigest(tool)) return server ? { server, parts: [] } : null;
  const after = tool.definition as unknown as Record<string, unknown>;
  if (said.definition === null) return { server, parts: [{ part: "definition", before: null, after }] };
  const before = JSON.parse(said.definition) as Record<string, unknown>;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const parts = names.filter((name) => !isDeepStrictEqual(before[name], after[name]));
  return { server, parts: parts.map((part) => ({ part, before: before[part] ?? null, after: after[part] ?? null })) };
}

/** By the server's own hints. Those that are missing mean the worst (MCP, ToolAnnotations). */
export function classOf({ annotations }: McpTool): ToolClass {
  if (annotations.readOnlyHint === true) return "read";
  return annotations.destructiveHint === false ? "write" : "destructive";
}
