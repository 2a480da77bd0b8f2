import { branchOf } from "../../schemas/chat-transcript.ts";
import type { ModelChoice, Transcript } from "../../schemas/chat-wire.ts";
import type { AskModel, ModelAddress } from "./model-messages.ts";

const MAX_CHARS = 80;
const MAX_TOLD_CHARS = 4_000;
/** What a model says beyond is no title. */
const MAX_HEARD_CHARS = 500;
const DEADLINE_MS = 20_000;
const PROMPT =
  "Give this conversation a title of at most six words, in its own language. Answer with the title only, without quotes.\n\n{convo}";

/** Beginning of the first message: a title without any model. */
export function plainTitle(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= MAX_CHARS ? line : `${line.slice(0, MAX_CHARS - 1).replace(/\s\S*$/, "")}…`;
}

/** `titleConvo`, `titleModel` and `titlePrompt` of an endpoint; null when it makes none. */
export function titleModelOf(options: Readonly<Record<string, unknown>>, current: ModelChoice): ModelChoice | null {
  if (options.titleConvo !== true) return null;
  const { titleModel } = options;
  return typeof titleModel === "string" && titleModel !== "current_model" ? { ...current, model: titleModel } : current;
}

export interface TitleOptions {
  askModel: AskModel;
  address: ModelAddress;
  transcript: Transcript;
  options: Readonly<Record<string, unknown>>;
}

/** A model's title, cleaned to one line; null when it has nothing to say. Throws AppError. */
export async function modelTitle({ askModel, address, transcript, options }: TitleOptions): Promise<string | null> {
  const said = branchOf(transcript)
    .slice(0, 2)
    .map(({ role, parts }) => `${role}: ${parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join(" ")}`);
  const { titlePrompt } = options;
  const prompt = typeof titlePrompt === "string" && titlePrompt.includes("{convo}") ? titlePrompt : PROMPT;
  const text = prompt.replaceAll("{convo}", () => said.join("\n").slice(0, MAX_TOLD_CHARS));
  const messages = [{ role: "user" as const, content: [{ type: "text" as const, text }] }];
  const request = { messages, tools: [], maxOutputTokens: 64, signal: AbortSignal.timeout(DEADLINE_MS) };
  let title = "";
  for await (const event of askModel(address, request)) {
    if (event.type === "text") title += event.text.slice(0, MAX_HEARD_CHARS);
    if (title.length >= MAX_HEARD_CHARS) break;
  }
  const line = plainTitle(title.replace(/^["'“\s]+|["'”\s.]+$/g, ""));
  return line === "" ? null : line;
}
