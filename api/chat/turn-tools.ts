import { effectiveInstructions } from "../../config/effective-instructions.ts";
import type { LiveConnections } from "../connections/live-connections.ts";
import { AppError } from "../errors/app-error.ts";
import type { McpTool } from "../mcp/tool-list.ts";
import type { Principal } from "../ports/identity.ts";
import { isToolOffered } from "../servers/access.ts";
import type { ServerDirectory } from "../servers/server-directory.ts";
import type { Permissions } from "../tools/permissions.ts";
import { type ToolNames, toolNames } from "../tools/tool-names.ts";

/** What the picked servers bring to one answer. */
export interface TurnTools {
  names: ToolNames<McpTool>;
  /** What models are told about servers of which a tool is active; null when there is nothing to tell. */
  instructions: string | null;
  /** Servers that could not be reached, and why. */
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

/** Tools that may never run are not told of. A server that is not for chats, or gone, brings nothing. */
export async function turnTools(
  { connections, directory, permissions }: TurnToolsOptions,
  { who, servers, signal }: { who: Principal; servers: readonly string[]; signal: AbortSignal },
): Promise<TurnTools> {
  const look = (server: string): Promise<Found> =>
    connections.use({ who, server, signal }, async (session, config) => {
      const listed = [...(await session.freshTools()).values()].filter(({ name }) => isToolOffered(config.access, name));
      const verdicts = await Promise.all(listed.map((tool) => permissions.verdict(who.userId, config, tool, "model")));
      const tools = listed.filter((_, index) => verdicts[index]?.answer !== "never");
      return { server, tools, instructions: effectiveInstructions(config, session.instructions) };
    });
  const allowed = servers.filter((server) => isForChat(directory, who, server));
  const looked = await Promise.allSettled(allowed.map(look));
  const found = looked.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const missing = looked.flatMap((each, index) =>
    each.status === "rejected" && each.reason instanceof AppError ? [{ server: allowed[index] ?? "", error: each.reason }] : [],
  );
  signal.throwIfAborted();
  return { names: toolNames(found.map(({ server, tools }) => [server, tools])), instructions: instructionsOf(found), missing };
}

function isForChat(directory: Pick<ServerDirectory, "get">, who: Principal, server: string): boolean {
  try {
    return directory.get(who, server).chatMenu;
  } catch {
    return false;
  }
}

function instructionsOf(found: readonly Found[]): string | null {
  const told = found.filter(({ tools, instructions }) => tools.length > 0 && instructions !== null && instructions.trim() !== "");
  if (told.length === 0) return null;
  const sections = told.map(({ server, instructions }) => `## ${server}\n${instructions?.slice(0, MAX_INSTRUCTION_CHARS)}`);
  return ["# How the connected servers want their tools used", ...sections].join("\n\n");
}
