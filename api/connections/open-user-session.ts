import { isServerUrlAllowed } from "../../config/target-policy.ts";
import type { PlatformConfig, ResolvedTarget, ServerConfig } from "../../config/types.ts";
import { AppError } from "../errors/app-error.ts";
import { openTransport } from "../mcp/open-transport.ts";
import { type McpSession, openSession } from "../mcp/session.ts";
import type { Clock } from "../ports/clock.ts";
import type { Principal } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import type { ServerEgresses } from "./server-egresses.ts";

export interface UserSessionOptions {
  resolve: (who: Principal, server: ServerConfig) => Promise<ResolvedTarget>;
  egresses: ServerEgresses;
  settings: () => PlatformConfig["settings"];
  clock: Clock;
  clientInfo: { name: string; version: string };
  logger: Logger;
}

/** From a server's configuration and a person to a proven session of their own: resolve, check, open, initialize. */
export function userSessionOpener({ resolve, egresses, settings, clock, clientInfo, logger }: UserSessionOptions) {
  return async (who: Principal, server: ServerConfig, signal: AbortSignal): Promise<McpSession> => {
    const target = await resolve(who, server);
    signal.throwIfAborted();
    if (target.kind !== "stdio" && !isServerUrlAllowed(target.url, settings().allowedDomains)) {
      throw new AppError("TARGET_BLOCKED", `${new URL(target.url).host} is not in mcpSettings.allowedDomains`);
    }
    const log = logger.child({ server: server.name, userId: who.userId });
    const opened = openTransport({
      target,
      egress: target.kind === "stdio" ? null : egresses.forTarget(server, target),
      sseReadTimeoutMs: server.sseReadTimeoutMs,
      sendsCredentials: carriesCredentials(server),
    });
    try {
      return await openSession({
        opened,
        clock,
        initTimeoutMs: server.initTimeoutMs,
        signal,
        clientInfo,
        warn: (message) => log.warn({ detail: message }, "the MCP server did something unusual"),
      });
    } catch (error) {
      log.warn({ err: error, stderr: opened.stderrText() ?? undefined }, "the MCP server could not be connected");
      throw error;
    }
  };
}

/** A header that is filled in, or is there to authorize, makes a 401 a refusal of what we sent. */
function carriesCredentials({ target }: ServerConfig): boolean {
  if (target.kind === "stdio") return false;
  return Object.entries(target.headers).some(
    ([name, { segments }]) =>
      name.toLowerCase() === "authorization" ||
      segments.some((segment) => segment.kind === "placeholder" && segment.family !== "user"),
  );
}
