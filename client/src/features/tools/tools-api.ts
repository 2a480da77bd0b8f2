import type { ToolCallAnswer, ToolView } from "../../../../schemas/wire.ts";
import { path, request } from "../../lib/api-client.ts";

/** Connects first where there is no connection yet. */
export async function listTools(server: string, signal: AbortSignal): Promise<readonly ToolView[]> {
  return (await request<{ tools: readonly ToolView[] }>(path("mcp", server, "tools"), { signal })).tools;
}

interface CallRequest {
  server: string;
  tool: string;
  callId: string;
  arguments: Record<string, unknown>;
}

export function callTool({ server, tool, ...body }: CallRequest): Promise<ToolCallAnswer> {
  return request(path("mcp", server, "tools", tool, "call"), { method: "POST", body });
}

export function cancelCall(callId: string): Promise<unknown> {
  return request(path("mcp", "calls", callId, "cancel"), { method: "POST", body: {} });
}
