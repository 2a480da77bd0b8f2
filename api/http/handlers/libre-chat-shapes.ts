import type { ConnectionState, ConnectionStatus, ServerView, ToolView } from "../../../schemas/wire.ts";

/** What LibreChat's clients expect of a sign-in's time. */
export const OAUTH_TIMEOUT_MS = 600_000;

const LIBRE_CHAT_STATES: Readonly<Record<ConnectionState, string>> = {
  connected: "connected",
  initializing: "connecting",
  cancelling: "connecting",
  oauth_required: "disconnected",
  disconnected: "disconnected",
  error: "error",
};

/** A status in LibreChat's words, ours beside them. */
export function libreChatStatus(status: ConnectionStatus, requiresOAuth: boolean) {
  return {
    ...status,
    requiresOAuth,
    connectionState: LIBRE_CHAT_STATES[status.state],
    authorizationState: requiresOAuth ? authorizationOf(status.state) : "not_required",
  };
}

function authorizationOf(state: ConnectionState): string {
  if (state === "connected") return "authorized";
  if (state === "initializing") return "authorizing";
  return state === "error" ? "error" : "needs_authorization";
}

/** `GET /api/mcp/tools` as LibreChat answers it. */
export function libreChatTools(views: readonly ServerView[], tools: ReadonlyMap<string, readonly ToolView[]>) {
  const servers = views.map((view) => [
    view.name,
    {
      name: view.name,
      icon: view.iconPath,
      authenticated: view.userVars.every(({ set }) => set),
      authConfig: view.userVars.map(({ name, title, description, sensitive }) => ({
        authField: name,
        label: title,
        description,
        sensitive,
      })),
      tools: (tools.get(view.name) ?? []).map(({ name, pluginKey, description }) => ({
        name,
        pluginKey,
        description: description ?? "",
      })),
    },
  ]);
  return { servers: Object.fromEntries(servers) };
}
