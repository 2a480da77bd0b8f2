import { toolKey } from "../../config/names.ts";
import type { ServerConfig } from "../../config/types.ts";
import type { ToolView } from "../../schemas/wire.ts";
import type { ToolAnnotationsView } from "../../schemas/wire-functions.ts";
import type { McpTool } from "../mcp/session/tool-list.ts";
import { isToolOffered } from "../servers/access.ts";

/** The tools a server's rules let through, as the edges hand them on: schemas unchanged, hints only where they are booleans. */
export function toolViews(server: ServerConfig, tools: ReadonlyMap<string, McpTool>): readonly ToolView[] {
  const offered = [...tools.values()].filter((tool) => isToolOffered(server.access, tool.name));
  return offered.map((tool) => ({
    name: tool.name,
    pluginKey: toolKey(tool.name, server.name),
    title: tool.title,
    description: tool.description,
    inputSchema: tool.inputSchema,
    outputSchema: tool.outputSchema,
    annotations: annotationsOf(tool.annotations),
  }));
}

const HINTS = ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"] as const;

export function annotationsOf(annotations: Readonly<Record<string, unknown>>): ToolAnnotationsView {
  const hints = HINTS.flatMap((hint) => (typeof annotations[hint] === "boolean" ? [[hint, annotations[hint]] as const] : []));
  return { ...Object.fromEntries(hints), ...(typeof annotations.title === "string" ? { title: annotations.title } : {}) };
}
