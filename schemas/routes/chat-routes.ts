import { listOf, object, type RouteSpec, ref, SUCCESS, text } from "./route-spec.ts";

const choice = object({ endpoint: text("Name of an endpoint."), model: text("Name of a model.") });
const model = { oneOf: [{ type: "null" }, choice], description: "Null: the default." };
const servers = { type: "array", items: text("Name of a server.", { maxLength: 512 }), maxItems: 100, uniqueItems: true };
const title = text("What it is called.", { maxLength: 200 });
const messageId = text("Of a message in this conversation.", { maxLength: 64 });
/** Conversations: what is kept of them. */
export const CHAT_ROUTES = {
  conversations: {
    method: "GET",
    path: "/api/chat/conversations",
    summary: "Your conversations, last changed first; `search` looks in titles and in what was said.",
    auth: "user",
    query: {
      limit: text("How many, up to 100.", { pattern: "^([1-9]|[1-9][0-9]|100)$" }),
      before: text("`next` of the page before.", { maxLength: 128 }),
      search: text("Part of a title or of what was said.", { maxLength: 200 }),
    },
    answer: object({ conversations: listOf(ref("Conversation")), next: { type: ["string", "null"] } }),
    errors: ["REQUEST_INVALID"],
  },
  createConversation: {
    method: "POST",
    path: "/api/chat/conversations",
    summary: "Begin a conversation.",
    auth: "user",
    status: 201,
    body: object({ title, servers, model }, { optional: ["title", "servers", "model"] }),
    answer: ref("Conversation"),
    errors: ["LIMIT_REACHED", "SERVER_UNKNOWN", "SERVER_NOT_IN_CHAT"],
  },
  conversation: {
    method: "GET",
    path: "/api/chat/conversations/:id",
    summary: "One conversation as it stands, with the number of its last event.",
    auth: "user",
    answer: ref("ConversationSnapshot"),
    errors: ["CONVERSATION_UNKNOWN"],
  },
  changeConversation: {
    method: "PATCH",
    path: "/api/chat/conversations/:id",
    summary: "Rename it, pick other servers or another model, or show another branch (`head`).",
    auth: "user",
    body: object({ title, servers, model, head: messageId }, { optional: ["title", "servers", "model", "head"] }),
    answer: ref("Conversation"),
    errors: ["CONVERSATION_UNKNOWN", "MESSAGE_UNKNOWN", "CHAT_RUNNING", "SERVER_UNKNOWN", "SERVER_NOT_IN_CHAT"],
  },
  deleteConversation: {
    method: "DELETE",
    path: "/api/chat/conversations/:id",
    summary: "Delete it with all its branches; a running answer is stopped.",
    auth: "user",
    answer: SUCCESS,
    errors: ["CONVERSATION_UNKNOWN"],
  },
  conversationEvents: {
    method: "GET",
    path: "/api/chat/conversations/:id/events",
    summary: "What happened after `after`: for a browser that missed something.",
    auth: "user",
    query: { after: text("Number of an event, or 0.", { pattern: "^[0-9]{1,15}$" }) },
    answer: object({ events: listOf({ type: "object" }), seq: { type: "integer" } }),
    errors: ["CONVERSATION_UNKNOWN", "REQUEST_INVALID"],
  },
  exportConversation: {
    method: "GET",
    path: "/api/chat/conversations/:id/export",
    summary: "All of it, large results and every branch included.",
    auth: "user",
    answer: object({ conversation: ref("Conversation"), transcript: ref("Transcript"), exportedAt: { type: "integer" } }),
    errors: ["CONVERSATION_UNKNOWN"],
  },
  exportConversationText: {
    method: "GET",
    path: "/api/chat/conversations/:id/export.md",
    summary: "The branch that is shown, as Markdown.",
    auth: "user",
    answerType: "text/plain",
    answer: { type: "string" },
    errors: ["CONVERSATION_UNKNOWN"],
  },
  messagePart: {
    method: "GET",
    path: "/api/chat/conversations/:id/messages/:messageId/parts/:index",
    summary: "One part of a message in full: for results too large to be sent along.",
    auth: "user",
    answer: { type: "object" },
    errors: ["CONVERSATION_UNKNOWN", "MESSAGE_UNKNOWN"],
  },
} as const satisfies Record<string, RouteSpec>;
