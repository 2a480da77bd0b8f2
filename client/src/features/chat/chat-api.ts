import type {
  ChatEvent,
  ChatPart,
  ConversationSnapshot,
  ConversationView,
  ModelChoice,
  ModelsView,
  RunStarted,
} from "../../../../schemas/chat-wire.ts";
import { path, request } from "../../lib/api-client.ts";
import { PLACE } from "../../lib/place.ts";

export interface ConversationPage {
  conversations: readonly ConversationView[];
  /** `before` of the next page; null: this is the end. */
  next: string | null;
}

/** What a person may set of a conversation. */
export interface ConversationPick {
  title?: string;
  servers?: readonly string[];
  model?: ModelChoice | null;
  /** Last message of the branch to be shown. */
  head?: string;
}

export interface NewMessage {
  text: string;
  images: readonly { mediaType: string; data: string }[];
  resources: readonly { server: string; uri: string }[];
  /** Chosen here: sent again after a lost answer, it is still said once. */
  messageId: string;
  /** Begins a branch behind this message; null: at the beginning. Absent: the shown branch goes on. */
  parentId?: string | null;
}

export function listConversations(
  { search, before }: { search: string; before?: string | undefined },
  signal?: AbortSignal,
): Promise<ConversationPage> {
  const query = new URLSearchParams({ limit: "40" });
  if (search !== "") query.set("search", search);
  if (before !== undefined) query.set("before", before);
  return request(`${path("chat", "conversations")}?${query}`, { ...(signal === undefined ? {} : { signal }) });
}

export function createConversation(pick: ConversationPick): Promise<ConversationView> {
  return request(path("chat", "conversations"), { method: "POST", body: pick });
}

export function changeConversation(id: string, pick: ConversationPick): Promise<ConversationView> {
  return request(path("chat", "conversations", id), { method: "PATCH", body: pick });
}

export function deleteConversation(id: string): Promise<unknown> {
  return request(path("chat", "conversations", id), { method: "DELETE" });
}

export function readConversation(id: string, signal: AbortSignal): Promise<ConversationSnapshot> {
  return request(path("chat", "conversations", id), { signal });
}

export function readEvents(
  id: string,
  after: number,
  signal: AbortSignal,
): Promise<{ events: readonly ChatEvent[]; seq: number }> {
  return request(`${path("chat", "conversations", id, "events")}?after=${after}`, { signal });
}

type Image = Extract<ChatPart, { type: "image" }>;

/** An image that was too large to be sent along. */
export async function readImage(place: { conversationId: string; messageId: string; index: number }): Promise<Image> {
  const { conversationId, messageId, index } = place;
  return request<Image>(path("chat", "conversations", conversationId, "messages", messageId, "parts", String(index)));
}

/** Addresses of the whole conversation as a file. */
export function exportHref(id: string, kind: "export" | "export.md"): string {
  return PLACE.base + path("chat", "conversations", id, kind);
}

export function listModels(signal: AbortSignal): Promise<ModelsView> {
  return request(path("chat", "models"), { signal });
}

export function saveModelKey(endpoint: string, entered: { apiKey?: string; baseUrl?: string }): Promise<unknown> {
  return request(path("chat", "models", endpoint, "key"), { method: "POST", body: entered });
}

export function removeModelKey(endpoint: string): Promise<unknown> {
  return request(path("chat", "models", endpoint, "key"), { method: "DELETE" });
}

export function sendMessage(id: string, message: NewMessage): Promise<RunStarted> {
  return request(path("chat", "conversations", id, "messages"), { method: "POST", body: message });
}

export function regenerate(id: string, messageId: string): Promise<RunStarted> {
  return request(path("chat", "conversations", id, "regenerate"), { method: "POST", body: { messageId } });
}

export function continueAnswer(id: string, messageId: string): Promise<RunStarted> {
  return request(path("chat", "conversations", id, "continue"), { method: "POST", body: { messageId } });
}

export function consolePrompt(
  id: string,
  wanted: { server: string; prompt: string; arguments: Readonly<Record<string, string>> },
): Promise<RunStarted> {
  return request(path("chat", "conversations", id, "console", "prompt"), { method: "POST", body: wanted });
}

export function stopAnswer(id: string): Promise<unknown> {
  return request(path("chat", "conversations", id, "stop"), { method: "POST" });
}
