import { randomUUID } from "node:crypto";
import type { ChatMessage, ChatPart, TokenUsage } from "../../schemas/chat-wire.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Principal } from "../ports/identity.ts";
import { offerTools, SEARCH_TOOLS, searchTools } from "../tools/model-tools.ts";
import type { AnswerClock } from "./answer-clock.ts";
import { chatError } from "./chat-error.ts";
import type { ChatLimits } from "./chat-limits.ts";
import { argumentsOf } from "./model-arguments.ts";
import type { AskModel, ModelAddress, ModelEvent, ModelToolCall } from "./model-messages.ts";
import { modelStep } from "./model-step.ts";
import { promptOf } from "./prompt.ts";
import { textPour } from "./text-pour.ts";
import { runToolCall, type ToolCallPart, type ToolTurnOptions } from "./tool-turn.ts";
import type { TranscriptLog } from "./transcript-log.ts";
import type { TurnTools } from "./turn-tools.ts";

export interface AnswerOptions extends ToolTurnOptions {
  askModel: AskModel;
  clock: Clock;
  limits: () => ChatLimits;
}

export interface Answer {
  who: Principal;
  log: TranscriptLog;
  messageId: string;
  address: ModelAddress;
  tools: TurnTools;
  time: AnswerClock;
}

/** One answer: asks the model, runs what it calls, and asks again, until it has said what it wants. Throws AppError. */
export async function makeAnswer(options: AnswerOptions, answer: Answer): Promise<TokenUsage> {
  const limits = options.limits();
  const usage: TokenUsage = { inputTokens: 0, outputTokens: 0 };
  await finishCalls(options, answer);
  const found: string[] = foundBefore(answer);
  for (let step = 0; step < limits.maxSteps; step += 1) {
    const end = await oneStep(options, answer, found);
    usage.inputTokens += end.inputTokens;
    usage.outputTokens += end.outputTokens;
    if (end.reason === "length")
      throw new AppError(
        "CHAT_LIMIT",
        `the model stopped at its limit of ${limits.maxOutputTokens} tokens; continue to let it go on`,
      );
    if (end.reason === "refused") throw new AppError("MODEL_REFUSED", "the provider held the answer back (content filter)");
    if (!(await finishCalls(options, answer, found))) return usage;
    if (usage.inputTokens + usage.outputTokens > limits.maxTotalTokens)
      throw new AppError("CHAT_LIMIT", `this answer took more than ${limits.maxTotalTokens} tokens; continue to let it go on`);
  }
  throw new AppError("CHAT_LIMIT", `the model was asked ${limits.maxSteps} times for this answer; continue to let it go on`);
}

type End = Extract<ModelEvent, { type: "end" }>;

async function oneStep(options: AnswerOptions, answer: Answer, found: readonly string[]): Promise<End> {
  const { askModel, clock } = options;
  const limits = options.limits();
  const { log, messageId, address, tools, time } = answer;
  const offer = offerTools(tools.names, found);
  const pour = textPour(log, messageId, clock);
  const quiet = time.listen(limits.silenceMs);
  const request = {
    messages: promptOf(log.transcript, tools.instructions),
    tools: offer.tools,
    maxOutputTokens: limits.maxOutputTokens,
    signal: time.signal,
  };
  const onTrimmed = (text: string) => {
    const isKnown = partsOf(answer).some((part) => part.type === "notice" && part.text === text);
    const value = { type: "notice", notice: "trimmed", text } as const;
    if (!isKnown) log.add({ type: "part", messageId, part: partsOf(answer).length, value });
  };
  let end: End | null = null;
  let calls = 0;
  try {
    for await (const event of modelStep({ askModel, address, request, limits, onTrimmed })) {
      time.heard();
      if (event.type === "end") end = event;
      else if (event.type !== "tool_call") pour.say(event.type, event.text);
      else {
        pour.settle();
        calls += 1;
        if (calls > limits.maxCallsPerStep)
          throw new AppError("CHAT_LIMIT", `the model wants more than ${limits.maxCallsPerStep} calls at once`);
        log.add({ type: "part", messageId, part: partsOf(answer).length, value: wantedCall(event, answer, clock.now()) });
      }
    }
  } finally {
    quiet();
    pour.settle();
  }
  if (end === null) throw new AppError("MODEL_STREAM_CUT", "the provider's answer broke off before its end");
  return end;
}

function wantedCall({ name, argumentsText }: ModelToolCall, { tools }: Answer, at: number): ToolCallPart {
  const known = tools.names.find(name);
  const place = known === null ? { server: "", tool: name.slice(0, 256) } : { server: known.server, tool: known.tool };
  const args = argumentsOf(argumentsText);
  const called = { type: "tool_call", callId: randomUUID(), ...place, arguments: args, by: "model", at } as const;
  return args === null ? { ...called, argumentsText: argumentsText.slice(0, 64 * 1024) } : called;
}

/** Every call of this message that has no result gets one, all of them at the same time. False when there was none. */
async function finishCalls(options: AnswerOptions, answer: Answer, found: string[] = []): Promise<boolean> {
  const { log, messageId, who, time } = answer;
  const parts = partsOf(answer);
  const ended = new Set(parts.flatMap((part) => (part.type === "tool_result" ? [part.callId] : [])));
  const open = parts.filter((part): part is ToolCallPart => part.type === "tool_call" && !ended.has(part.callId));
  const add = (value: ChatPart) => log.add({ type: "part", messageId, part: partsOf(answer).length, value });
  // What is asked for and what has left is on record before it leaves.
  if (open.length > 0) await log.flush();
  const context = `chat:${log.conversationId}:${messageId}`;
  await Promise.all(
    open.map((part) => {
      const own = ownAnswer(options, answer, part, found);
      if (own !== null) return add({ ...NO_ANSWER, callId: part.callId, ...own });
      const askedBefore = questionOf(parts, part.callId);
      if (askedBefore === undefined && hasLeft(answer, part))
        return add({ ...NO_ANSWER, callId: part.callId, state: "unknown", error: chatError(LOST) });
      return runToolCall(options, { who, part, context: `${context}:${part.callId}`, time, askedBefore, add });
    }),
  );
  if (time.signal.aborted) throw time.signal.reason;
  return open.length > 0;
}

const NO_ANSWER = {
  type: "tool_result",
  isError: false,
  content: [],
  structuredContent: null,
  durationMs: 0,
  error: null,
} as const;
const LOST = new AppError("OUTCOME_UNKNOWN", "the platform ended during the call; it may have run");

type OwnResult = Pick<Extract<ChatPart, { type: "tool_result" }>, "state"> &
  Partial<Pick<Extract<ChatPart, { type: "tool_result" }>, "content" | "error">>;

/** What can be said without any server: a search, a name there is not, arguments that cannot be sent. */
function ownAnswer(options: AnswerOptions, { tools }: Answer, part: ToolCallPart, found: string[]): OwnResult | null {
  const { maxArgumentBytes } = options.limits();
  const refused = (code: "TOOL_UNKNOWN" | "TOOL_ARGUMENTS_INVALID" | "CHAT_LIMIT", message: string): OwnResult => ({
    state: "failed",
    error: chatError(new AppError(code, message, { neverRan: true })),
  });
  if (part.arguments === null)
    return refused(
      "TOOL_ARGUMENTS_INVALID",
      "the arguments are no JSON object, or are nested too deep; send them again, complete",
    );
  if (part.server === "" && part.tool === SEARCH_TOOLS) {
    const hits = searchTools(tools.names, String(part.arguments.query ?? ""));
    found.push(...hits.map(({ name }) => name));
    return { state: "done", content: [{ type: "text", text: JSON.stringify(hits) }] };
  }
  if (part.server === "") return refused("TOOL_UNKNOWN", `there is no tool "${part.tool}"`);
  const bytes = Buffer.byteLength(JSON.stringify(part.arguments));
  if (bytes > maxArgumentBytes)
    return refused("CHAT_LIMIT", `the arguments have ${bytes} bytes, and ${maxArgumentBytes} is the limit`);
  return null;
}

function partsOf({ log, messageId }: Pick<Answer, "log" | "messageId">): ChatMessage["parts"] {
  return log.transcript.messages.findLast(({ id }) => id === messageId)?.parts ?? [];
}

/** The question about a call that has no answer yet. */
function questionOf(parts: readonly ChatPart[], callId: string): string | undefined {
  const last = parts.findLast(
    (part) => (part.type === "approval_asked" || part.type === "approval_answered") && part.callId === callId,
  );
  return last?.type === "approval_asked" ? last.approvalId : undefined;
}

/** A call of before an interruption may have run: a part that says so stands behind it. */
function hasLeft(answer: Answer, call: ToolCallPart): boolean {
  const parts = partsOf(answer);
  return parts.slice(parts.indexOf(call)).some(({ type }) => type === "stopped" || type === "error");
}

function foundBefore(answer: Answer): string[] {
  return partsOf(answer).flatMap((part) => {
    if (part.type !== "tool_call" || part.tool !== SEARCH_TOOLS || part.server !== "" || part.arguments === null) return [];
    return searchTools(answer.tools.names, String(part.arguments.query ?? "")).map(({ name }) => name);
  });
}
