import type { ConnectionStatus, ServerView } from "../../../schemas/wire.ts";
import { path, request } from "./api-client.ts";

/** What reinitialize says; a refused attempt is an answer with a reason. */
export interface ReinitializeAnswer {
  success: boolean;
  message: string;
  oauthRequired: boolean;
  oauthUrl: string | null;
  missingUserVars?: readonly string[];
  status?: ConnectionStatus;
  keptOld?: boolean;
}

export async function listServers(signal: AbortSignal): Promise<readonly ServerView[]> {
  return Object.values(await request<Record<string, ServerView>>("/api/mcp/servers", { signal }));
}

export function reinitialize(server: string): Promise<ReinitializeAnswer> {
  return request(path("mcp", server, "reinitialize"), { method: "POST", body: {} });
}

export function disconnect(server: string): Promise<{ status: ConnectionStatus }> {
  return request(path("mcp", server, "disconnect"), { method: "POST", body: {} });
}

/** Gives up whatever sign-in to it is open, in whichever tab or browser it was begun. */
export function cancelSignIn(server: string): Promise<unknown> {
  return request(path("mcp", "oauth", "cancel", server), { method: "POST", body: {} });
}
