import type { ModelChoice } from "../../schemas/chat-wire.ts";
import type { ServerRequestView } from "../../schemas/wire-asks.ts";
import { AppError } from "../errors/app-error.ts";
import type { Principal } from "../ports/identity.ts";
import type { ServerRequests } from "../server-requests/server-requests.ts";
import { seenText } from "../tools/model-text.ts";
import type { ChatLimits } from "./chat-limits.ts";
import type { AskModel, ModelContent, ModelMessage } from "./model-messages.ts";
import type { Models } from "./models.ts";

/** A server's request for a model's words as the person wants it asked. `content` are MCP content blocks. */
export interface SamplingDraft {
  systemPrompt?: string;
  messages: readonly { role: "user" | "assistant"; content: readonly Readonly<Record<string, unknown>>[] }[];
  maxTokens: number;
  /** Absent: the default one. Not looked at where the operator names one. */
  model?: ModelChoice;
}

/** An MCP CreateMessageResult of text. */
export interface SamplingWords {
  role: "assistant";
  model: string;
  content: { type: "text"; text: string };
  stopReason: "endTurn" | "maxTokens" | "stopSequence";
}

export interface SamplingOptions {
  requests: Pick<ServerRequests, "list">;
  models: Pick<Models, "preferred" | "check" | "reach">;
  askModel: AskModel;
  limits: () => Pick<ChatLimits, "silenceMs">;
  mayBegin: (userId: string) => void;
}

export interface ModelWords {
  /**
   * Asks the model. The answer goes to nobody but the person: what they send of it is another request. Throws
   * REQUEST_UNKNOWN, REQUEST_INVALID, RATE_LIMITED and what asking a model throws.
   */
  generate(who: Principal, id: string, draft: SamplingDraft, signal: AbortSignal): Promise<SamplingWords>;
}

const MAX_TRIES = 5;

export function modelWords({ requests, models, askModel, limits, mayBegin }: SamplingOptions): ModelWords {
  const tries = new WeakMap<ServerRequestView, number>();

  const choiceOf = async (
    who: Principal,
    { terms }: ServerRequestView,
    wanted: ModelChoice | undefined,
  ): Promise<ModelChoice> => {
    const choice = terms?.model ?? wanted ?? (await models.preferred(who));
    if (choice === null)
      throw new AppError("MODEL_NOT_CONFIGURED", "there is no model to ask; you can write the answer yourself");
    await models.check(who, choice);
    return choice;
  };
  return {
    async generate(who, id, draft, signal) {
      const request = requests.list(who.userId).find((each) => each.id === id && each.kind === "sampling");
      if (request === undefined) throw new AppError("REQUEST_UNKNOWN", "no request of yours with this id is open");
      const maxTokens = request.terms?.maxTokens ?? 0;
      if (draft.maxTokens > maxTokens) throw invalid("/maxTokens", `at most ${maxTokens}`);
      const messages = promptOf(draft);
      const count = (tries.get(request) ?? 0) + 1;
      if (count > MAX_TRIES) throw new AppError("RATE_LIMITED", `a model is asked ${MAX_TRIES} times for one request`);
      mayBegin(who.userId);
      const choice = await choiceOf(who, request, draft.model);
      const address = await models.reach(who, choice, undefined);
      tries.set(request, count);
      const late = AbortSignal.timeout(limits().silenceMs);
      const asked = { messages, tools: [], maxOutputTokens: draft.maxTokens, signal: AbortSignal.any([signal, late]) };
      let text = "";
      let stopReason: SamplingWords["stopReason"] = "endTurn";
      try {
        for await (const event of askModel(address, asked)) {
          if (event.type === "text") text += event.text;
          if (event.type !== "end") continue;
          if (event.reason === "refused")
            throw new AppError("MODEL_REFUSED", "the provider held the answer back (content filter)");
          if (event.reason === "length") stopReason = "maxTokens";
        }
      } catch (error) {
        if (!late.aborted) throw error;
        throw new AppError("MODEL_TIMEOUT", `the model took longer than ${Math.round(limits().silenceMs / 1_000)} s`, {
          cause: error,
        });
      }
      const cut = firstStop(text, request.params.stopSequences);
      if (cut !== null) [text, stopReason] = [text.slice(0, cut), "stopSequence"];
      return { role: "assistant", model: choice.model, content: { type: "text", text }, stopReason };
    },
  };
}

function promptOf({ systemPrompt = "", messages }: SamplingDraft): ModelMessage[] {
  const said = messages.map(({ role, content }, at): ModelMessage => {
    const parts = content.map((block, index) => contentOf(block, `/messages/${at}/content/${index}`));
    if (role === "user") return { role, content: parts };
    return { role, text: parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n"), calls: [] };
  });
  return systemPrompt.trim() === "" ? said : [{ role: "system", text: seenText(systemPrompt).text }, ...said];
}

const IMAGES = /^image\/(png|jpeg|gif|webp)$/;

function contentOf({ type, text, data, mimeType }: Readonly<Record<string, unknown>>, path: string): ModelContent {
  if (type === "text" && typeof text === "string") return { type, text: seenText(text).text };
  if (type === "image" && typeof data === "string" && typeof mimeType === "string" && IMAGES.test(mimeType))
    return { type, mediaType: mimeType, data };
  throw invalid(path, "a text, or an image (PNG, JPEG, GIF, WebP)");
}

/** Providers differ in whether they know of these; here the answer ends before the first of them. */
function firstStop(text: string, stops: unknown): number | null {
  const places = (Array.isArray(stops) ? stops : [])
    .filter((stop): stop is string => typeof stop === "string" && stop !== "")
    .map((stop) => text.indexOf(stop))
    .filter((at) => at >= 0);
  return places.length === 0 ? null : Math.min(...places);
}

function invalid(path: string, expected: string): AppError {
  return new AppError("REQUEST_INVALID", `${path}: expected ${expected}`, { details: [{ path, expected }] });
}
