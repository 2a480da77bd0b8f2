import type { ToolCallAnswer, ToolView } from "../../../../schemas/wire.ts";
import type { ApprovalView } from "../../../../schemas/wire-functions.ts";
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
  /** The one that was given for this call. */
  approval?: string;
}

export function callTool({ server, tool, ...body }: CallRequest): Promise<ToolCallAnswer> {
  return request(path("mcp", server, "tools", tool, "call"), { method: "POST", body });
}

/** Null when it was answered meanwhile, or is over. */
export async function findApproval(id: string, signal: AbortSignal): Promise<ApprovalView | null> {
  const { approvals } = await request<{ approvals: readonly ApprovalView[] }>(path("mcp", "approvals"), { signal });
  return approvals.find((approval) => approval.id === id) ?? null;
}

export function answerApproval(id: string, action: "approve" | "reject"): Promise<unknown> {
  return request(path("mcp", "approvals", id, "answer"), { method: "POST", body: { action } });
}

export function cancelCall(callId: string): Promise<unknown> {
  return request(path("mcp", "calls", callId, "cancel"), { method: "POST", body: {} });
}
