import type { ConnectionStatus } from "../../../../schemas/wire.ts";
import { path, request } from "../../lib/api-client.ts";

interface PluginRequest {
  action: "install" | "uninstall";
  auth?: Readonly<Record<string, string>>;
}

interface PluginAnswer {
  /** Names of values that lost blanks at their ends: they could not be sent. */
  trimmed?: readonly string[];
}

function plugin(server: string, { action, auth = {} }: PluginRequest): Promise<PluginAnswer> {
  return request("/api/user/plugins", { method: "POST", body: { pluginKey: `mcp_${server}`, action, auth } });
}

/** Stores values; names left out keep theirs. */
export const saveValues = (server: string, auth: Readonly<Record<string, string>>) => plugin(server, { action: "install", auth });

/** Removes all values this person has there. */
export const revokeValues = (server: string) => plugin(server, { action: "uninstall" });

export interface ReconnectAnswer {
  success: boolean;
  message: string;
  missingUserVars?: readonly string[];
  status?: ConnectionStatus;
  keptOld?: boolean;
}

export function reconnect(server: string): Promise<ReconnectAnswer> {
  return request(path("mcp", server, "reinitialize"), { method: "POST", body: {} });
}
