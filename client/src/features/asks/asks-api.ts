import type { ModelChoice, ModelsView } from "../../../../schemas/chat-wire.ts";
import type { ServerRequestView } from "../../../../schemas/wire-asks.ts";
import { path, request } from "../../lib/api-client.ts";

/** What a person says to a server's request. */
export type AskAnswer =
  | { action: "decline" | "cancel" }
  | { action: "accept"; content?: Record<string, unknown>; result?: ModelWords };

/** A model's answer, as it is sent to the server that asked for it. */
export interface ModelWords {
  role: "assistant";
  model: string;
  content: { type: "text"; text: string };
  stopReason?: string;
}

/** A request for a model's words, as the person wants it asked. */
export interface WordsWanted {
  systemPrompt: string;
  messages: readonly { role: "user" | "assistant"; content: readonly Readonly<Record<string, unknown>>[] }[];
  maxTokens: number;
  model?: ModelChoice;
}

export async function listAsks(signal: AbortSignal): Promise<readonly ServerRequestView[]> {
  return (await request<{ requests: readonly ServerRequestView[] }>("/api/mcp/requests", { signal })).requests;
}

export async function answerAsk(id: string, answer: AskAnswer): Promise<void> {
  await request(path("mcp", "requests", id), { method: "POST", body: answer });
}

export function generateWords(id: string, wanted: WordsWanted): Promise<ModelWords> {
  return request(path("mcp", "requests", id, "generate"), { method: "POST", body: wanted });
}

export function listModels(signal: AbortSignal): Promise<ModelsView> {
  return request("/api/chat/models", { signal });
}
