import type { ErrorCode } from "./error-codes.ts";

/** Which model of which configured endpoint. */
export interface ModelChoice {
  endpoint: string;
  model: string;
}

export interface ModelEndpointView {
  name: string;
  label: string;
  iconUrl: string | null;
  models: readonly { name: string; description: string | null }[];
  /** Each person enters a key of their own; `isKeySet` says whether this one has. */
  needsOwnKey: boolean;
  needsOwnAddress: boolean;
  isKeySet: boolean;
  /** Why its models cannot be listed or used now; the defaults may still be there. */
  problem: { code: ErrorCode; message: string } | null;
}

/** The models there are for one person. `reason` says why there is none; then the tool console still works. */
export interface ModelsView {
  endpoints: readonly ModelEndpointView[];
  default: ModelChoice | null;
  reason: string | null;
}

/** One conversation in the list. Times are epoch milliseconds. */
export interface ConversationView {
  id: string;
  title: string;
  /** Picked under the input; in the order they were picked. */
  servers: readonly string[];
  /** Null: whatever is the default, or the tool console when there is no model. */
  model: ModelChoice | null;
  createdAt: number;
  updatedAt: number;
  /** An answer is being made. */
  isRunning: boolean;
}

export const MESSAGE_STATES = ["running", "done", "stopped", "interrupted", "failed"] as const;
/** `interrupted`: this process ended meanwhile; what was streamed is kept, and it can be continued. */
export type MessageState = (typeof MESSAGE_STATES)[number];

export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
}

export interface ChatError {
  code: ErrorCode;
  message: string;
  next: string;
  retryable: boolean;
  /** When the provider said so. */
  retryAfterMs?: number;
  /** A picked server that could not be used: the answer goes on without its tools. */
  server?: string;
}

export type ToolResultState = "done" | "failed" | "cancelled" | "unknown" | "refused";

/** One piece of a message, in the order it came. Texts of servers and models are texts of strangers. */
export type ChatPart =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string }
  /** `data` is base64; empty when `omittedBytes` is there. */
  | { type: "image"; mediaType: string; data: string; omittedBytes?: number }
  /** A resource of a server's, attached by the person. */
  | { type: "resource"; server: string; uri: string; mediaType: string | null; text: string; omittedBytes?: number }
  /** A prompt of a server's: what it said stands in `messages`, MCP's shape. */
  | { type: "prompt"; server: string; prompt: string; arguments: Readonly<Record<string, string>>; messages: readonly unknown[] }
  /** `arguments` is null when the model's text was no JSON object: `argumentsText` then has it. */
  | {
      type: "tool_call";
      callId: string;
      server: string;
      tool: string;
      arguments: Readonly<Record<string, unknown>> | null;
      argumentsText?: string;
      by: "model" | "person";
      at: number;
    }
  | {
      type: "tool_result";
      callId: string;
      state: ToolResultState;
      isError: boolean;
      /** MCP content blocks; empty when `omittedBytes` is there. */
      content: readonly Record<string, unknown>[];
      structuredContent: unknown;
      /** Too large to send along: fetch the part. */
      omittedBytes?: number;
      durationMs: number;
      error: ChatError | null;
    }
  | { type: "approval_asked"; approvalId: string; callId: string; reason: string; at: number }
  | {
      type: "approval_answered";
      approvalId: string;
      callId: string;
      answer: "approved" | "edited" | "rejected" | "expired";
      /** Those that run, for `edited`. */
      arguments?: Readonly<Record<string, unknown>>;
      reason?: string;
      at: number;
    }
  /** What people should know of how this answer came about. `change`: what `server` tells models, before and now. */
  | {
      type: "notice";
      notice: "instructions" | "trimmed";
      text: string;
      server?: string;
      change?: { before: string; after: string };
    }
  | { type: "error"; error: ChatError }
  | { type: "stopped"; by: "person" | "restart" };

export interface MessageHead {
  id: string;
  /** What it answers or follows; null for a first message. Messages with one parent are branches of each other. */
  parentId: string | null;
  role: "user" | "assistant";
  /** `console`: a person's own tool calls and prompts, no model. */
  by: "person" | "model" | "console";
  model: ModelChoice | null;
  createdAt: number;
}

export interface ChatMessage extends MessageHead {
  state: MessageState;
  parts: readonly ChatPart[];
  usage: TokenUsage | null;
}

/** Everything that was said, every branch; `head` is the last message of the one that is shown. */
export interface Transcript {
  messages: readonly ChatMessage[];
  head: string | null;
}

/**
 * One step of a conversation. `seq` counts from 1 within the conversation; live ones follow each other without a gap.
 * Stored ones may be merged: then `seq` is that of the last, and `offset` and `part` tell what is known already.
 */
export type ChatEvent = { seq: number } & (
  | { type: "message"; message: MessageHead }
  | { type: "delta"; messageId: string; part: number; kind: "text" | "reasoning"; offset: number; text: string }
  | { type: "part"; messageId: string; part: number; value: ChatPart }
  | { type: "state"; messageId: string; state: MessageState; usage: TokenUsage | null }
  | { type: "head"; messageId: string | null }
);

/** A conversation as it stands at `seq`: apply live events with a higher one, ask for `/events?after=` at a gap. */
export interface ConversationSnapshot {
  conversation: ConversationView;
  transcript: Transcript;
  seq: number;
}

/** What a message, regeneration, continuation or console call began. */
export interface RunStarted {
  conversationId: string;
  /** The person's message; null where there is none of this run's own. */
  messageId: string | null;
  answerId: string;
  seq: number;
}

/** Told to all tabs of one person. */
export interface ChatNews {
  "chat:event": { conversationId: string; event: ChatEvent };
  "chat:conversation": { conversation: ConversationView };
  "chat:conversation-removed": { conversationId: string };
}
