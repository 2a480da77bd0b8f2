import { AppError } from "../errors/app-error.ts";
import type { ChatLimits } from "./chat-limits.ts";
import { type Fitted, fitContext, tokensOf } from "./fit-context.ts";
import type { AskModel, ModelAddress, ModelEvent, ModelRequest } from "./model-messages.ts";

export interface ModelStep {
  askModel: AskModel;
  address: ModelAddress;
  request: ModelRequest;
  limits: Pick<ChatLimits, "maxContextTokens" | "maxOutputTokens">;
  /** The model does not see all of the conversation: why, in words for the person. */
  onTrimmed: (text: string) => void;
}

/** Where the file says nothing, and a provider finds it too long, less is sent; so often. */
const MAX_TRIES = 3;
/** A server that takes no notice of `max_tokens` is not read for ever. */
const MAX_CHARS_PER_TOKEN = 12;

/**
 * Asks once for what fits the model's context. What a provider finds too long all the same is halved and sent again,
 * while it has said nothing yet. Throws CHAT_LIMIT where not even the last message fits.
 */
export async function* modelStep(step: ModelStep): AsyncGenerator<ModelEvent> {
  const { askModel, address, request, limits, onTrimmed } = step;
  let budget = budgetOf(step);
  for (let tries = 1; ; tries += 1) {
    const fitted = fitContext(request, budget);
    if (fitted.tokens > budget) throw tooLong(address, fitted.tokens, budget);
    if (fitted.leftOut + fitted.shortened > 0) onTrimmed(trimmedWords(fitted, budget));
    let said = 0;
    try {
      for await (const event of askModel(address, { ...request, messages: fitted.messages })) {
        said += event.type === "text" || event.type === "reasoning" ? event.text.length : 1;
        if (said > limits.maxOutputTokens * MAX_CHARS_PER_TOKEN)
          throw new AppError("CHAT_LIMIT", `the model went on and on, far beyond its limit of ${limits.maxOutputTokens} tokens`);
        yield event;
      }
      return;
    } catch (error) {
      const isTooLong = error instanceof AppError && error.code === "MODEL_CONTEXT_FULL";
      if (!isTooLong || said > 0 || tries === MAX_TRIES) throw error;
      budget = Math.floor(Math.min(budget, tokensOf({ ...request, messages: fitted.messages })) / 2);
    }
  }
}

/** The answer needs its room in the context too: of a small one not more than half. */
function budgetOf({ address, limits }: ModelStep): number {
  const { contextTokens } = address;
  if (contextTokens === null) return limits.maxContextTokens;
  return Math.floor(contextTokens - Math.min(limits.maxOutputTokens, contextTokens / 2));
}

function trimmedWords({ leftOut, shortened }: Fitted, budget: number): string {
  const what = [
    ...(leftOut > 0 ? [`${leftOut === 1 ? "the oldest message" : `the ${leftOut} oldest messages`} with what was answered`] : []),
    ...(shortened > 0 ? [`${shortened} characters of results`] : []),
  ].join(", and ");
  return `The conversation is longer than the model can read at once (about ${budget} tokens). It does not see ${what}.`;
}

function tooLong({ model }: ModelAddress, tokens: number, budget: number): AppError {
  const words = `the last message is too long for ${model}: about ${tokens} tokens with the tools of the picked servers, and ${budget} are possible`;
  return new AppError("CHAT_LIMIT", words);
}
