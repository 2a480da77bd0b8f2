/** What a model is sent and what it says, in words of our own: no library's. */
export type ModelContent = { type: "text"; text: string } | { type: "image"; mediaType: string; data: string };

export interface ModelToolCall {
  id: string;
  name: string;
  /** As the model wrote them; may be broken. */
  argumentsText: string;
}

export type ModelMessage =
  | { role: "system"; text: string }
  | { role: "user"; content: readonly ModelContent[] }
  | { role: "assistant"; text: string; calls: readonly ModelToolCall[] }
  | { role: "tool"; results: readonly { id: string; name: string; text: string; isError: boolean }[] };

export type ModelEvent =
  | { type: "text" | "reasoning"; text: string }
  | ({ type: "tool_call" } & ModelToolCall)
  | { type: "end"; reason: "stop" | "length" | "refused" | "tool_calls"; inputTokens: number; outputTokens: number };

export interface ModelRequest {
  messages: readonly ModelMessage[];
  tools: readonly { name: string; description: string; inputSchema: Readonly<Record<string, unknown>> }[];
  maxOutputTokens: number;
  signal: AbortSignal;
}

/** Everything it takes to reach one model for one person. */
export interface ModelAddress {
  kind: "openai" | "anthropic" | "google" | "mistral";
  endpoint: string;
  model: string;
  baseUrl: string;
  apiKey: string;
  headers: Readonly<Record<string, string>>;
  /** Tokens it can read at once; null: nobody says. */
  contextTokens: number | null;
  /** The gate. */
  fetch: typeof globalThis.fetch;
  /** `baseUrl` is the address of the completions itself. */
  isDirect: boolean;
  addParams: Readonly<Record<string, unknown>>;
  dropParams: readonly string[];
}

/** One answer of a model, as it comes. Throws AppError and nothing else on purpose. */
export type AskModel = (address: ModelAddress, request: ModelRequest) => AsyncGenerator<ModelEvent>;
