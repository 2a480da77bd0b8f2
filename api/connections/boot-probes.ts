import { connectionScope } from "../../config/connection-scope.ts";
import type { ServerConfig } from "../../config/types.ts";
import { AppError } from "../errors/app-error.ts";
import type { McpSession } from "../mcp/session/session.ts";
import type { McpTool } from "../mcp/session/tool-list.ts";
import type { Principal } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import type { SessionWanted } from "./open-user-session.ts";
import { logProgramPaths } from "./program-paths-log.ts";

export interface BootProbesOptions {
  open: (wanted: SessionWanted) => Promise<McpSession>;
  logger: Logger;
  /** Probed at the same time. @default 3 */
  parallel?: number;
}

/** What servers offer, learned without any user in it: connect once, list, leave. */
export interface BootProbes {
  /** Looks at those of the servers that start at boot and need nobody's data. A failure is logged and hurts nobody. */
  run(servers: readonly ServerConfig[]): Promise<void>;
  /** What was learned of exactly this configuration of the server; null when nothing was. */
  toolsOf(server: ServerConfig): ReadonlyMap<string, McpTool> | null;
  /** Ends probes on their way; none begins any more. */
  stop(): void;
}

/** Nobody: no values, no fields. A template that wants a person's data fails instead of getting somebody's. */
const NOBODY: Principal = { userId: "", email: "", name: "", role: "USER", sessionId: null, via: "host", fields: {} };
const DEFAULT_PARALLEL = 3;

export function bootProbes({ open, logger, parallel = DEFAULT_PARALLEL }: BootProbesOptions): BootProbes {
  const learned = new Map<string, { digest: string; tools: ReadonlyMap<string, McpTool> }>();
  const ending = new AbortController();

  const probe = async (server: ServerConfig) => {
    try {
      const session = await open({ who: NOBODY, server, signal: ending.signal, asked: false });
      learned.set(server.name, { digest: server.connectionDigest, tools: session.tools() });
      await session.close();
    } catch (error) {
      learned.delete(server.name);
      const code = error instanceof AppError ? error.code : "INTERNAL";
      if (!ending.signal.aborted) logger.warn({ server: server.name, code, err: error }, "the MCP server did not answer at boot");
    }
  };

  return {
    async run(servers) {
      logProgramPaths(logger, servers);
      const queue = servers.filter((server) => server.startup && connectionScope(server).scope === "shared");
      const worker = async () => {
        for (let next = queue.shift(); next !== undefined && !ending.signal.aborted; next = queue.shift()) await probe(next);
      };
      await Promise.all(Array.from({ length: parallel }, worker));
    },
    toolsOf(server) {
      const found = learned.get(server.name);
      return found?.digest === server.connectionDigest ? found.tools : null;
    },
    stop: () => ending.abort(new AppError("CONNECTION_REPLACED", "this process is ending")),
  };
}
