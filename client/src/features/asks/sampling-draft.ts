import type { ModelChoice } from "../../../../schemas/chat-wire.ts";
import type { ServerRequestView } from "../../../../schemas/wire-asks.ts";
import type { ModelWords, WordsWanted } from "./asks-api.ts";

type Block = Readonly<Record<string, unknown>>;

/** A request for a model's words while a person looks it over. */
export interface SamplingDraft {
  systemPrompt: string;
  messages: WordsWanted["messages"];
  maxTokens: string;
  /** Null: the default one. */
  model: ModelChoice | null;
  /** What the model said, or the person wrote; null before. */
  words: ModelWords | null;
}

export function samplingDraft({ params, terms }: ServerRequestView): SamplingDraft {
  const { systemPrompt, messages } = params;
  return {
    systemPrompt: typeof systemPrompt === "string" ? systemPrompt : "",
    messages: (Array.isArray(messages) ? messages : []).flatMap((message: Block) => {
      const { role, content } = message;
      const blocks = Array.isArray(content) ? content : [content];
      return role === "user" || role === "assistant" ? [{ role, content: blocks.filter(isBlock) }] : [];
    }),
    maxTokens: String(terms?.maxTokens ?? 0),
    model: terms?.model ?? null,
    words: null,
  };
}

/** The messages with another text at this place. */
export function withText(
  messages: WordsWanted["messages"],
  { message, block, text }: { message: number; block: number; text: string },
): WordsWanted["messages"] {
  return messages.map((each, at) =>
    at === message ? { ...each, content: each.content.map((own, index) => (index === block ? { ...own, text } : own)) } : each,
  );
}

/** Null when it is a number of tokens that may be had. */
export function tokensProblem(text: string, max: number): string | null {
  const isFine = /^\d{1,7}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= max;
  return isFine ? null : `This needs a whole number from 1 to ${max}.`;
}

/** What is asked of the model; what is left empty is not sent. */
export function wantedOf({ systemPrompt, messages, maxTokens, model }: SamplingDraft): WordsWanted {
  return { systemPrompt, messages, maxTokens: Number(maxTokens), ...(model === null ? {} : { model }) };
}

/** Names of models the server would like: its wish, not its choice. */
export function hintsOf({ params }: ServerRequestView): string {
  const { hints } = isBlock(params.modelPreferences) ? params.modelPreferences : {};
  const names = (Array.isArray(hints) ? hints : []).flatMap((hint) =>
    isBlock(hint) && typeof hint.name === "string" ? [hint.name] : [],
  );
  return names.slice(0, 5).join(", ");
}

function isBlock(value: unknown): value is Block {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
