import { branchOf } from "../../schemas/chat-transcript.ts";
import type { ChatMessage, ChatPart, Transcript } from "../../schemas/chat-wire.ts";
import { seenText } from "../tools/model-text.ts";
import { modelName } from "../tools/tool-names.ts";
import type { ModelContent, ModelMessage, ModelToolCall } from "./model-messages.ts";
import { resultText } from "./result-text.ts";

type ToolCallPart = Extract<ChatPart, { type: "tool_call" }>;
type ToolResultPart = Extract<ChatPart, { type: "tool_result" }>;
type ToolAnswer = Extract<ModelMessage, { role: "tool" }>["results"][number];

const NO_RESULT = "No result is known: the call was interrupted. It may have run.";

/** The branch that is shown, as a model is told it; the last message may be one that is still being made. */
export function promptOf(transcript: Transcript, system: string | null): ModelMessage[] {
  const told = branchOf(transcript).flatMap((message) => {
    if (message.by === "model") return answerMessages(message);
    const content = message.parts.flatMap((part) => contentOf(part, message));
    return content.length === 0 ? [] : [{ role: "user" as const, content }];
  });
  return system === null ? told : [{ role: "system", text: system }, ...told];
}

function contentOf(part: ChatPart, message: ChatMessage): ModelContent[] {
  switch (part.type) {
    case "text":
      return part.text === "" ? [] : [part];
    case "image":
      return [{ type: "image", mediaType: part.mediaType, data: part.data }];
    case "resource":
      return [{ type: "text", text: seenText(`Resource ${part.uri} of ${part.server}:\n${part.text}`).text }];
    case "prompt":
      return [{ type: "text", text: seenText(part.messages.map(promptText).join("\n\n")).text }];
    case "tool_call":
      return [{ type: "text", text: `I ran ${part.tool} of ${part.server} with ${JSON.stringify(part.arguments)}.` }];
    case "tool_result": {
      const call = message.parts.find((each): each is ToolCallPart => each.type === "tool_call" && each.callId === part.callId);
      return [{ type: "text", text: `${call?.tool ?? "It"} answered:\n${resultText(part)}` }];
    }
    default:
      return [];
  }
}

function promptText(message: unknown): string {
  const content = (message as { content?: { text?: unknown } } | null)?.content;
  return typeof content?.text === "string" ? content.text : JSON.stringify(content ?? null);
}

/** Steps of one answer: what was said and called, then what the calls answered, and so on. Every call has a result. */
function answerMessages({ parts }: ChatMessage): ModelMessage[] {
  const results = new Map(parts.flatMap((part) => (part.type === "tool_result" ? [[part.callId, part] as const] : [])));
  const told: ModelMessage[] = [];
  let text = "";
  let calls: ToolCallPart[] = [];
  let hasAnswered = false;
  const endStep = () => {
    if (text !== "" || calls.length > 0) told.push({ role: "assistant", text, calls: calls.map(calledAs) });
    if (calls.length > 0) told.push({ role: "tool", results: calls.map((call) => toolAnswer(call, results.get(call.callId))) });
    text = "";
    calls = [];
    hasAnswered = false;
  };
  for (const part of parts) {
    if (part.type === "tool_result") hasAnswered = true;
    if (part.type !== "text" && part.type !== "tool_call") continue;
    if (hasAnswered || (part.type === "text" && calls.length > 0)) endStep();
    if (part.type === "text") text += part.text;
    else calls.push(part);
  }
  endStep();
  return told;
}

const nameOf = ({ server, tool }: ToolCallPart) => (server === "" ? tool : modelName(server, tool));

function calledAs(call: ToolCallPart): ModelToolCall {
  return { id: call.callId, name: nameOf(call), argumentsText: call.argumentsText ?? JSON.stringify(call.arguments ?? {}) };
}

function toolAnswer(call: ToolCallPart, result: ToolResultPart | undefined): ToolAnswer {
  const named = { id: call.callId, name: nameOf(call) };
  if (result === undefined) return { ...named, text: NO_RESULT, isError: true };
  return { ...named, text: resultText(result), isError: result.isError || result.state !== "done" };
}
