import { MESSAGE_STATES } from "./chat-wire.ts";
import { type JsonSchema, listOf, object, ref } from "./routes/route-spec.ts";

const string = { type: "string" };
const nullableString = { type: ["string", "null"] };
const time = { type: "integer", description: "Epoch milliseconds." };
const choice = { oneOf: [{ type: "null" }, object({ endpoint: string, model: string })] };

/** The JSON Schemas of what `chat-wire.ts` types. */
export const CHAT_VIEW_SCHEMAS: Record<string, JsonSchema> = {
  Conversation: object({
    id: string,
    title: string,
    servers: listOf(string),
    model: { ...choice, description: "Null: the default." },
    createdAt: time,
    updatedAt: time,
    isRunning: { type: "boolean", description: "An answer is being made." },
  }),
  ChatMessage: object({
    id: string,
    parentId: { ...nullableString, description: "Messages with one parent are branches of each other." },
    role: { enum: ["user", "assistant"] },
    by: { enum: ["person", "model", "console"] },
    model: choice,
    createdAt: time,
    state: { enum: [...MESSAGE_STATES], description: "`interrupted`: the process ended meanwhile; it can be continued." },
    parts: listOf({ type: "object" }),
    usage: { oneOf: [{ type: "null" }, object({ inputTokens: { type: "integer" }, outputTokens: { type: "integer" } })] },
  }),
  Transcript: object({
    messages: { ...listOf(ref("ChatMessage")), description: "Of every branch." },
    head: { ...nullableString, description: "The last message of the branch that is shown." },
  }),
  Models: object({
    endpoints: listOf(
      object({
        name: string,
        label: string,
        iconUrl: nullableString,
        models: listOf(object({ name: string, description: nullableString })),
        needsOwnKey: { type: "boolean", description: "Each person enters a key of their own." },
        needsOwnAddress: { type: "boolean" },
        isKeySet: { type: "boolean" },
        problem: { oneOf: [{ type: "null" }, object({ code: string, message: string })] },
      }),
    ),
    default: choice,
    reason: { ...nullableString, description: "Why there is no model; the tool console works all the same." },
  }),
  RunStarted: object({
    conversationId: string,
    messageId: { ...nullableString, description: "The person's message; null where there is none of this run's own." },
    answerId: string,
    seq: { type: "integer" },
  }),
  ConversationSnapshot: object({
    conversation: ref("Conversation"),
    transcript: ref("Transcript"),
    seq: { type: "integer", description: "Number of the last event in it." },
  }),
};
