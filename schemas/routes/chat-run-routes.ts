import type { ErrorCode } from "../error-codes.ts";
import { object, type RouteSpec, ref, SUCCESS, text } from "./route-spec.ts";

const messageId = text("Of a message in this conversation.", { maxLength: 64 });
const BEGIN_ERRORS = [
  "CONVERSATION_UNKNOWN",
  "MESSAGE_UNKNOWN",
  "CHAT_RUNNING",
  "LIMIT_REACHED",
  "RATE_LIMITED",
  "MODEL_UNKNOWN",
  "MODEL_KEY_MISSING",
  "SERVER_UNKNOWN",
  "SERVER_NOT_IN_CHAT",
] as const satisfies readonly ErrorCode[];

const images = {
  type: "array",
  maxItems: 8,
  items: object({
    mediaType: { enum: ["image/png", "image/jpeg", "image/gif", "image/webp"] },
    data: text("Base64.", { maxLength: 8 * 1024 * 1024, pattern: "^[A-Za-z0-9+/]+={0,2}$" }),
  }),
};
const resources = {
  type: "array",
  maxItems: 16,
  items: object({ server: text("Name of a server.", { maxLength: 512 }), uri: text("Of a resource.", { maxLength: 8_192 }) }),
};

/** Models, and answers that are being made. */
export const CHAT_RUN_ROUTES = {
  chatModels: {
    method: "GET",
    path: "/api/chat/models",
    summary: "The models you may talk to, and why there is none.",
    auth: "user",
    answer: ref("Models"),
    errors: [],
  },
  saveModelKey: {
    method: "POST",
    path: "/api/chat/models/:endpoint/key",
    summary: "Save your own key for an endpoint that asks each user for one. It is sealed and never shown again.",
    auth: "user",
    body: object(
      { apiKey: text("The key.", { maxLength: 8_192 }), baseUrl: text("The address.", { maxLength: 2_048 }) },
      { optional: ["apiKey", "baseUrl"] },
    ),
    answer: SUCCESS,
    errors: ["MODEL_UNKNOWN", "VALUE_NOT_SENDABLE"],
  },
  removeModelKey: {
    method: "DELETE",
    path: "/api/chat/models/:endpoint/key",
    summary: "Forget your own key.",
    auth: "user",
    answer: SUCCESS,
    errors: ["MODEL_UNKNOWN"],
  },
  sendMessage: {
    method: "POST",
    path: "/api/chat/conversations/:id/messages",
    summary: "Say something. `parentId` begins a branch there (null: at the beginning); without it the shown one goes on.",
    auth: "user",
    status: 201,
    maxBodyBytes: 24 * 1024 * 1024,
    body: object(
      {
        text: text("What to say.", { maxLength: 200_000, minLength: 0 }),
        images,
        resources,
        parentId: { oneOf: [{ type: "null" }, messageId] },
        messageId: text("Chosen by the caller: sent twice, it is said once.", { pattern: "^[A-Za-z0-9_-]{8,64}$" }),
      },
      { optional: ["images", "resources", "parentId", "messageId"] },
    ),
    answer: ref("RunStarted"),
    errors: [...BEGIN_ERRORS, "MODEL_NOT_CONFIGURED"],
  },
  regenerate: {
    method: "POST",
    path: "/api/chat/conversations/:id/regenerate",
    summary: "Answer again: a branch beside the answer that is there, which is kept.",
    auth: "user",
    status: 201,
    body: object({ messageId }),
    answer: ref("RunStarted"),
    errors: [...BEGIN_ERRORS, "MODEL_NOT_CONFIGURED"],
  },
  continueAnswer: {
    method: "POST",
    path: "/api/chat/conversations/:id/continue",
    summary: "Go on where an answer was interrupted, stopped or failed.",
    auth: "user",
    status: 201,
    body: object({ messageId }),
    answer: ref("RunStarted"),
    errors: [...BEGIN_ERRORS, "MODEL_NOT_CONFIGURED"],
  },
  stopAnswer: {
    method: "POST",
    path: "/api/chat/conversations/:id/stop",
    summary: "Stop the answer that is being made, its tool calls too. Fine when there is none.",
    auth: "user",
    answer: SUCCESS,
    errors: ["CONVERSATION_UNKNOWN"],
  },
  consoleCall: {
    method: "POST",
    path: "/api/chat/conversations/:id/console/call",
    summary: "Run a tool yourself, with its card in the transcript. No model takes part.",
    auth: "user",
    status: 201,
    maxBodyBytes: 4 * 1024 * 1024,
    body: object({
      server: text("Name of a server.", { maxLength: 512 }),
      tool: text("Name of a tool.", { maxLength: 512 }),
      arguments: { type: "object" },
    }),
    answer: ref("RunStarted"),
    errors: BEGIN_ERRORS,
  },
  consolePrompt: {
    method: "POST",
    path: "/api/chat/conversations/:id/console/prompt",
    summary: "Insert a server's prompt into the transcript. No model takes part.",
    auth: "user",
    status: 201,
    body: object({
      server: text("Name of a server.", { maxLength: 512 }),
      prompt: text("Name of a prompt.", { maxLength: 512 }),
      arguments: { type: "object", additionalProperties: { type: "string" } },
    }),
    answer: ref("RunStarted"),
    errors: BEGIN_ERRORS,
  },
} as const satisfies Record<string, RouteSpec>;
