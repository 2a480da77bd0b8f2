import type { ModelMessage, ModelRequest } from "./model-messages.ts";

export interface Fitted {
  messages: readonly ModelMessage[];
  /** Messages of people that were left out, with everything that was said to them. */
  leftOut: number;
  /** Characters of results of this answer's own calls that were left out. */
  shortened: number;
  /** By our own estimate, without the room for an answer. */
  tokens: number;
}

/** Prose has about four characters a token, code and other scripts fewer. */
const CHARS_PER_TOKEN = 3;
const IMAGE_TOKENS = 1_200;
const MESSAGE_TOKENS = 6;
/** What stays of a result that is too long for the context. */
const KEPT_CHARS = 1_000;

/** By our own estimate: each provider counts otherwise, and none can be asked for every message. */
export function tokensOf(request: Pick<ModelRequest, "messages" | "tools">): number {
  const tools = request.tools.reduce((sum, tool) => sum + textTokens(JSON.stringify(tool)), 0);
  return request.messages.reduce((sum, message) => sum + messageTokens(message), tools);
}

/**
 * The newest of a conversation that fits a model's context. Whole turns go, the oldest first; the last message of the
 * person stays, and where what came of it is too long alone, the oldest results of its calls are shortened.
 */
export function fitContext(request: Pick<ModelRequest, "messages" | "tools">, maxTokens: number): Fitted {
  const system = request.messages.filter(({ role }) => role === "system");
  const turns = turnsOf(request.messages.filter(({ role }) => role !== "system"));
  const sizes = turns.map((turn) => turn.reduce((sum, message) => sum + messageTokens(message), 0));
  let tokens = tokensOf({ messages: system, tools: request.tools }) + sizes.reduce((sum, size) => sum + size, 0);
  let leftOut = 0;
  while (tokens > maxTokens && leftOut < turns.length - 1) {
    tokens -= sizes[leftOut] ?? 0;
    leftOut += 1;
  }
  let shortened = 0;
  const kept = turns
    .slice(leftOut)
    .flat()
    .map((message): ModelMessage => {
      if (message.role !== "tool" || tokens <= maxTokens) return message;
      const results = message.results.map((result) => {
        const cut = result.text.length - KEPT_CHARS;
        if (tokens <= maxTokens || cut <= 0) return result;
        tokens -= Math.floor(cut / CHARS_PER_TOKEN);
        shortened += cut;
        return { ...result, text: `${result.text.slice(0, KEPT_CHARS)}\n\n(left out: ${cut} more characters)` };
      });
      return { ...message, results };
    });
  return { messages: [...system, ...kept], leftOut, shortened, tokens };
}

/** A turn begins with what a person said. */
function turnsOf(messages: readonly ModelMessage[]): ModelMessage[][] {
  const turns: ModelMessage[][] = [];
  for (const message of messages) {
    const last = turns.at(-1);
    if (message.role === "user" || last === undefined) turns.push([message]);
    else last.push(message);
  }
  return turns;
}

function textTokens(text: string): number {
  return Math.ceil(text.length / CHARS_PER_TOKEN);
}

function messageTokens(message: ModelMessage): number {
  switch (message.role) {
    case "system":
      return MESSAGE_TOKENS + textTokens(message.text);
    case "user":
      return message.content.reduce(
        (sum, part) => sum + (part.type === "image" ? IMAGE_TOKENS : textTokens(part.text)),
        MESSAGE_TOKENS,
      );
    case "assistant":
      return message.calls.reduce(
        (sum, { name, argumentsText }) => sum + MESSAGE_TOKENS + textTokens(name + argumentsText),
        MESSAGE_TOKENS + textTokens(message.text),
      );
    case "tool":
      return message.results.reduce((sum, { text }) => sum + MESSAGE_TOKENS + textTokens(text), 0);
  }
}
