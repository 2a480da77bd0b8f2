import { effectiveInstructions } from "../../config/effective-instructions.ts";
import type { LiveConnections } from "../connections/live-connections.ts";
import { AppError } from "../errors/app-error.ts";
import type { McpTool } from "../mcp/tool-list.ts";
import type { Principal } from "../ports/identity.ts";
import { isToolOffered } from "../servers/access.ts";
import type { ServerDirectory } from "../servers/server-directory.ts";
import type { Permissions } from "../tools/permissions.ts";
import { type ToolNames, toolNames } from "../tools/tool-names.ts";
import { notInChat } from "./conversations.ts";

/** What the picked servers bring to one answer. */
export interface TurnTools {
  names: ToolNames<McpTool>;
  /** What models are told about servers of which a tool is active; null when there is nothing to tell. */
  instructions: string | null;
  /** Servers that could not be reached, are not for chats any more, or are gone; and why. */
  missing: readonly { server: string; error: AppError }[];
}

export interface TurnToolsOptions {
  connections: Pick<LiveConnections, "use">;
  directory: Pick<ServerDirectory, "get">;
  permissions: Pick<Permissions, "verdict">;
}

interface Found {
  server: string;
  tools: McpTool[];
  instructions: string | null;
}

const MAX_INSTRUCTION_CHARS = 16_000;

/** Tools that may never run are not told of. A server that is not for chats, or gone, is missed. */
export async function turnTools(
  { connections, directory, permissions }: TurnToolsOptions,
  { who, servers, signal }: { who: Principal; servers: readonly string[]; signal: AbortSignal },
): Promise<TurnTools> {
  const look = async (server: string): Promise<Found> => {
    if (!directory.get(who, server).chatMenu) throw notInChat(server);
    return connections.use({ who, server, signal }, async (session, config) => {
      const listed = [...(await session.freshTools()).values()].filter(({ name }) => isToolOffered(config.access, name));
      const verdicts = await Promise.all(listed.map((tool) => permissions.verdict(who.userId, config, tool, "model")));
      const tools = listed.filter((_, index) => verdicts[index]?.answer !== "never");
      return { server, tools, instructions: effectiveInstructions(config, session.instructions) };
    });
  };
  const looked = await Promise.allSettled(servers.map(look));
  const found = looked.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const missing = looked.flatMap((each, index) =>
    each.status === "rejected" && each.reason instanceof AppError ? [{ server: servers[index] ?? "", error: each.reason }] : [],
  );
  signal.throwIfAborted();
  return { names: toolNames(found.map(({ server, tools }) => [server, tools])), instructions: instructionsOf(found), missing };
}

function instructionsOf(found: readonly Found[]): string | null {
  const told = found.filter(({ tools, instructions }) => tools.length > 0 && instructions !== null && instructions.trim() !== "");
  if (told.length === 0) return null;
  const sections = told.map(({ server, instructions }) => `## ${server}\n${instructions?.slice(0, MAX_INSTRUCTION_CHARS)}`);
  return ["# How the connected servers want their tools used", ...sections].join("\n\n");
}
