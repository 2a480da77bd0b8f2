import { createHash } from "node:crypto";

/** A tool by the names that it has for us, and by the one that a model calls it by. */
export interface ToolName {
  readonly server: string;
  readonly tool: string;
  readonly modelName: string;
}

/** Both ways between a tool and its name for models. Nothing is ever read out of a name: it is looked up. */
export interface ToolNames<Tool> {
  /** In the same order however servers were listed or connected: what a model is told stays cached. */
  readonly list: readonly (ToolName & { readonly definition: Tool })[];
  find(modelName: string): (ToolName & { readonly definition: Tool }) | null;
}

/** What providers take: letters, digits, `_` and `-`, 64 of them. */
const MAX_CHARS = 64;
const DELIMITER = "_mcp_";
const MARK = /__[0-9a-f]{16}$/;
const MARK_CHARS = 18;

/**
 * `<tool>_mcp_<server>`, as LibreChat has it, where that can mean one tool only; else cut and marked with a digest of
 * both. It depends on these two alone, so no other server can take it or change it by coming or going.
 */
export function modelName(server: string, tool: string): string {
  const plain = `${tool}${DELIMITER}${server}`;
  const meansOne = (plain.match(/(?=_mcp_)/g) ?? []).length === 1 && !MARK.test(plain);
  if (meansOne && plain.length <= MAX_CHARS && /^[A-Za-z0-9_-]+$/.test(plain)) return plain;
  const digest = createHash("sha256")
    .update(JSON.stringify([server, tool]))
    .digest("hex");
  return `${plain.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, MAX_CHARS - MARK_CHARS)}__${digest.slice(0, 16)}`;
}

/** The table of one turn: the tools of these servers, by both names. */
export function toolNames<Tool extends { readonly name: string }>(
  servers: Iterable<readonly [server: string, tools: Iterable<Tool>]>,
): ToolNames<Tool> {
  const byName = new Map<string, ToolName & { readonly definition: Tool }>();
  for (const [server, tools] of servers) {
    for (const definition of tools) {
      const name = modelName(server, definition.name);
      if (byName.has(name)) continue;
      byName.set(name, { server, tool: definition.name, modelName: name, definition });
    }
  }
  const list = [...byName.values()].sort((a, b) => inOrder(a.server, b.server) || inOrder(a.tool, b.tool));
  return { list, find: (name) => byName.get(name) ?? null };
}

/** By code units: the same on every machine, whatever its language. */
function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
