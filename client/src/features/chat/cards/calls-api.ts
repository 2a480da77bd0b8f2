import type { ChatPart, RunStarted } from "../../../../../schemas/chat-wire.ts";
import type { ToolView } from "../../../../../schemas/wire.ts";
import type { ApprovalView } from "../../../../../schemas/wire-functions.ts";
import { path, request } from "../../../lib/api-client.ts";

/** Connects first where there is no connection yet. */
export async function listTools(server: string, signal?: AbortSignal): Promise<readonly ToolView[]> {
  const options = signal === undefined ? {} : { signal };
  return (await request<{ tools: readonly ToolView[] }>(path("mcp", server, "tools"), options)).tools;
}

/** This person's that wait, oldest first. */
export async function listApprovals(signal: AbortSignal): Promise<readonly ApprovalView[]> {
  return (await request<{ approvals: readonly ApprovalView[] }>(path("mcp", "approvals"), { signal })).approvals;
}

export type ApprovalAnswer =
  | { action: "approve" | "allow_always"; arguments?: Readonly<Record<string, unknown>> }
  | { action: "reject"; reason?: string };

export function answerApproval(id: string, answer: ApprovalAnswer): Promise<unknown> {
  return request(path("mcp", "approvals", id, "answer"), { method: "POST", body: answer });
}

/** A part in full. */
export function readPart(conversationId: string, messageId: string, index: number): Promise<ChatPart> {
  return request(path("chat", "conversations", conversationId, "messages", messageId, "parts", String(index)));
}

export interface ConsoleCall {
  server: string;
  tool: string;
  arguments: Readonly<Record<string, unknown>>;
}

/** A person's own call, with its card in the transcript. */
export function callInConsole(conversationId: string, call: ConsoleCall): Promise<RunStarted> {
  return request(path("chat", "conversations", conversationId, "console", "call"), { method: "POST", body: call });
}

export async function readResource(server: string, uri: string): Promise<readonly unknown[]> {
  const answer = await request<{ contents?: readonly unknown[] }>(path("mcp", server, "resources", "read"), {
    method: "POST",
    body: { uri },
  });
  return answer.contents ?? [];
}
