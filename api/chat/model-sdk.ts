import { hash } from "node:crypto";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogle } from "@ai-sdk/google";
import { createMistral } from "@ai-sdk/mistral";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModelV4, LanguageModelV4FunctionTool, LanguageModelV4Message } from "@ai-sdk/provider";
import { AppError } from "../errors/app-error.ts";
import { argumentsOf } from "./model-arguments.ts";
import { modelFailure, streamCut } from "./model-failure.ts";
import type { AskModel, ModelAddress, ModelEvent, ModelMessage, ModelRequest } from "./model-messages.ts";

/** Of all calls of one step: what is more is not kept in memory to be refused later. */
const MAX_ARGUMENT_CHARS = 4 * 1024 * 1024;

/**
 * The one door to the model SDK. Its providers speak the protocols; steps, tools, limits and retries are ours: a
 * request is sent once.
 */
export const askModel: AskModel = async function* (address, request) {
  try {
    const { stream } = await modelOf(address).doStream({
      prompt: request.messages.map(promptMessage),
      maxOutputTokens: request.maxOutputTokens,
      abortSignal: request.signal,
      ...(request.tools.length === 0 ? {} : { tools: request.tools.map(functionTool) }),
    });
    let hasEnded = false;
    let argumentChars = 0;
    for await (const part of stream) {
      if (part.type === "error") throw part.error;
      if (part.type === "text-delta") yield { type: "text", text: part.delta };
      else if (part.type === "reasoning-delta") yield { type: "reasoning", text: part.delta };
      else if (part.type === "tool-input-delta") {
        argumentChars += part.delta.length;
        if (argumentChars > MAX_ARGUMENT_CHARS)
          throw new AppError("MODEL_FAILED", `${address.endpoint} sent arguments of a call without end`);
      } else if (part.type === "tool-call")
        yield { type: "tool_call", id: part.toolCallId, name: part.toolName, argumentsText: part.input };
      else if (part.type === "finish") {
        hasEnded = true;
        const { inputTokens, outputTokens } = part.usage;
        const reason = reasonOf(part.finishReason.unified);
        yield { type: "end", reason, inputTokens: inputTokens.total ?? 0, outputTokens: outputTokens.total ?? 0 };
      }
    }
    if (!hasEnded) throw streamCut();
  } catch (error) {
    throw modelFailure(error, address.endpoint, request.signal);
  }
};

function modelOf(address: ModelAddress): LanguageModelV4 {
  const { kind, endpoint, model, baseUrl, apiKey, headers, isDirect, addParams, dropParams } = address;
  const transformRequestBody = (body: Record<string, unknown>) => {
    const sent: Record<string, unknown> = { ...body, ...addParams };
    for (const name of dropParams) delete sent[name];
    return sent;
  };
  const reach = withoutPages(isDirect ? directly(address) : address.fetch, endpoint);
  // Only one of the providers has a place for it.
  const fetch = kind === "openai" ? reach : transformed(reach, transformRequestBody);
  const common = { baseURL: baseUrl, apiKey, headers: { ...headers }, fetch };
  if (kind === "anthropic") return createAnthropic(common)(model);
  if (kind === "google") return createGoogle(common)(model);
  if (kind === "mistral") return createMistral(common)(model);
  return createOpenAICompatible({
    ...common,
    name: endpoint,
    includeUsage: !dropParams.includes("stream_options"),
    transformRequestBody,
  }).chatModel(model);
}

/** A sign-in page, or a proxy's: it reads as an empty answer. */
function withoutPages(fetch: typeof globalThis.fetch, endpoint: string): typeof globalThis.fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (!response.ok || !/^text\/html\b/i.test(response.headers.get("content-type") ?? "")) return response;
    await response.body?.cancel();
    throw new AppError(
      "MODEL_FAILED",
      `a web page answered at the address of ${endpoint}, where an answer of a model was expected`,
    );
  };
}

function transformed(
  fetch: typeof globalThis.fetch,
  transform: (body: Record<string, unknown>) => Record<string, unknown>,
): typeof globalThis.fetch {
  return (url, init) =>
    fetch(url, typeof init?.body === "string" ? { ...init, body: JSON.stringify(transform(JSON.parse(init.body))) } : init);
}

/** The SDK appends its path; an address that is whole already is used as it is. */
function directly({ baseUrl, fetch }: ModelAddress): typeof globalThis.fetch {
  return (_url, init) => fetch(baseUrl, init);
}

/** Nine letters and digits are what Mistral takes, and every other provider too. */
function shortId(id: string): string {
  return hash("sha256", id).slice(0, 9);
}

function functionTool({ name, description, inputSchema }: ModelRequest["tools"][number]): LanguageModelV4FunctionTool {
  return { type: "function", name, description, inputSchema: inputSchema as LanguageModelV4FunctionTool["inputSchema"] };
}

function promptMessage(message: ModelMessage): LanguageModelV4Message {
  switch (message.role) {
    case "system":
      return { role: "system", content: message.text };
    case "user": {
      const content = message.content.map((part) =>
        part.type === "text"
          ? part
          : { type: "file" as const, mediaType: part.mediaType, data: { type: "data" as const, data: part.data } },
      );
      return { role: "user", content };
    }
    case "assistant": {
      const calls = message.calls.map(({ id, name, argumentsText }) => ({
        type: "tool-call" as const,
        toolCallId: shortId(id),
        toolName: name,
        // Providers refuse a call whose arguments are no JSON; the result beside it says what was wrong with them.
        input: argumentsOf(argumentsText) ?? {},
      }));
      return {
        role: "assistant",
        content: [...(message.text === "" ? [] : [{ type: "text" as const, text: message.text }]), ...calls],
      };
    }
    case "tool":
      return {
        role: "tool",
        content: message.results.map(({ id, name, text, isError }) => ({
          type: "tool-result",
          toolCallId: shortId(id),
          toolName: name,
          output: { type: isError ? "error-text" : "text", value: text },
        })),
      };
  }
}

function reasonOf(unified: string): Extract<ModelEvent, { type: "end" }>["reason"] {
  if (unified === "length") return "length";
  if (unified === "content-filter") return "refused";
  return unified === "tool-calls" ? "tool_calls" : "stop";
}
