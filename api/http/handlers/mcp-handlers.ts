import type { LiveConfig } from "../../../config/live-config.ts";
import type { MCP_ROUTES } from "../../../schemas/routes/mcp-routes.ts";
import type { CallView, ConnectionStatus } from "../../../schemas/wire.ts";
import type { StderrBook } from "../../connections/stderr-book.ts";
import type { UserConnections } from "../../connections/user-connections.ts";
import { AppError } from "../../errors/app-error.ts";
import type { Grants } from "../../oauth/grants.ts";
import type { Principal } from "../../ports/identity.ts";
import type { ServerDirectory } from "../../servers/server-directory.ts";
import type { CallJournal } from "../../tools/call-journal.ts";
import type { ToolCalls } from "../../tools/tool-calls.ts";
import type { UserVars } from "../../user-vars/user-vars.ts";
import type { HandlersFor } from "../handler.ts";
import { libreChatStatus, libreChatTools, OAUTH_TIMEOUT_MS } from "./libre-chat-shapes.ts";

export interface McpHandlerParts {
  stderr: Pick<StderrBook, "of">;
  directory: ServerDirectory;
  connections: UserConnections;
  calls: ToolCalls;
  journal: Pick<CallJournal, "page">;
  userVars: UserVars;
  grants: Pick<Grants, "revoke">;
  /** The change that waits, and what applies it. */
  config: Pick<LiveConfig, "pending" | "confirm">;
}

const DEFAULT_CALLS = 50;

/** Servers, connections, values and tools. */
export function mcpHandlers({
  stderr,
  directory,
  connections,
  calls,
  journal,
  userVars,
  grants,
  config,
}: McpHandlerParts): HandlersFor<typeof MCP_ROUTES> {
  const viewOf = async (who: Principal, name: string) => {
    directory.get(who, name);
    const found = (await directory.views(who)).find((view) => view.name === name);
    if (found === undefined) throw new AppError("SERVER_UNKNOWN", `there is no server "${name}" for you`);
    return found;
  };
  const needsOAuth = (who: Principal, { server, state }: ConnectionStatus) =>
    state === "oauth_required" || directory.get(who, server).requiresOAuth === true;

  const signOut = (who: Principal, server: string) =>
    grants.revoke(who.userId, server, who).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.code !== "GRANT_UNKNOWN") throw error;
    });

  return {
    tools: async ({ who }) => ({ body: libreChatTools(await directory.views(who), connections.knownTools(who)) }),
    servers: async ({ who }) => {
      const views = await directory.views(who);
      return { body: Object.fromEntries(views.map((view) => [view.name, view])) };
    },
    server: async ({ who, params }) => ({ body: await viewOf(who, params.name ?? "") }),
    problems: () => ({ body: { problems: directory.problems(), pending: config.pending } }),
    confirmConfig: () => {
      if (!config.confirm()) throw new AppError("NOTHING_PENDING", "no change is waiting");
      return { body: { success: true } };
    },
    connectionStatuses: ({ who }) => {
      const { statuses } = connections.snapshot(who);
      const entries = statuses.map((status) => [status.server, libreChatStatus(status, needsOAuth(who, status))]);
      return { body: { success: true, connectionStatus: Object.fromEntries(entries), oauthTimeout: OAUTH_TIMEOUT_MS } };
    },
    connectionStatus: ({ who, params }) => {
      const status = connections.status(who, params.server ?? "");
      const { connectionState, requiresOAuth, authorizationState } = libreChatStatus(status, needsOAuth(who, status));
      return {
        body: {
          success: true,
          serverName: status.server,
          connectionStatus: connectionState,
          requiresOAuth,
          authorizationState,
          status,
        },
      };
    },
    calls: async ({ who, query }) => {
      const limit = Number(query.limit ?? DEFAULT_CALLS);
      const calls = await journal.page(who.userId, { limit, before: query.before });
      const next = calls.length === limit ? (calls.at(-1)?.id ?? null) : null;
      return { body: { calls: calls.map(({ userId, ...view }): CallView => view), next } };
    },
    cancelCall: ({ who, params }) => {
      calls.cancel(who, params.callId ?? "");
      return { body: { success: true } };
    },
    connect: async ({ who, params }) => ({ body: { status: await connections.connect(who, params.server ?? "") } }),
    disconnect: async ({ who, params }) => ({ body: { status: await connections.disconnect(who, params.server ?? "") } }),
    reinitialize: async ({ who, params }) => {
      const outcome = await connections.reinitialize(who, params.server ?? "");
      return {
        body: {
          success: outcome.ok,
          message: outcome.message,
          serverName: outcome.status.server,
          oauthRequired: outcome.failureReason === "oauth_required",
          oauthUrl: null,
          flowId: null,
          oauthTimeout: OAUTH_TIMEOUT_MS,
          failureReason: outcome.failureReason,
          missingUserVars: outcome.missingUserVars,
          connectionDeferred: false,
          status: outcome.status,
          keptOld: outcome.keptOld,
        },
      };
    },
    stderr: ({ who, params }) => ({ body: { entries: stderr.of(directory.get(who, params.server ?? "").name) } }),
    rollouts: () => ({ body: { rollouts: connections.rollouts.list() } }),
    startRollout: ({ who, params }) => ({ body: connections.rollouts.start(directory.get(who, params.server ?? "").name) }),
    stopRollout: ({ params }) => ({ body: connections.rollouts.stop(params.server ?? "") }),
    authValues: async ({ who, params }) => {
      const server = directory.get(who, params.server ?? "");
      return { body: { success: true, serverName: server.name, authValueFlags: await userVars.flags(who.userId, server) } };
    },
    serverTools: async ({ who, params }) => ({ body: { tools: await connections.tools(who, params.server ?? "") } }),
    callTool: ({ who, params, body, headers, signal }) => {
      const asked = body as { arguments?: Record<string, unknown>; callId?: string; approval?: string };
      const { arguments: args = {}, callId, approval } = asked;
      const { server = "", tool = "" } = params;
      const idempotencyKey = headers["idempotency-key"];
      return calls
        .call(who, { server, tool, idempotencyKey, arguments: args, callId, approval, signal })
        .then((answer) => ({ body: answer }));
    },
    pluginAuth: async ({ who, body }) => {
      const {
        pluginKey,
        action,
        auth = {},
      } = body as { pluginKey: string; action: "install" | "uninstall"; auth?: Record<string, string> };
      const server = directory.get(who, pluginKey.replace(/^mcp_/, ""));
      if (action === "uninstall") {
        await signOut(who, server.name);
        await userVars.revoke(who.userId, server);
        await connections.disconnect(who, server.name);
        return { body: { success: true } };
      }
      const trimmed = await userVars.save(who.userId, server, auth);
      // Not waited for: the new connection's state is told by the socket, and saving has succeeded whatever it becomes.
      if (connections.status(who, server.name).state !== "disconnected")
        connections.reinitialize(who, server.name, { restart: true }).catch(() => {});
      return { body: { success: true, ...(trimmed.length > 0 && { trimmed }) } };
    },
  };
}
