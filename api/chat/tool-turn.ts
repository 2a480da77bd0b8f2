import type { ChatPart } from "../../schemas/chat-wire.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Principal } from "../ports/identity.ts";
import { approvalIdOf, type Permissions } from "../tools/permissions.ts";
import type { ToolCalls } from "../tools/tool-calls.ts";
import type { AnswerClock } from "./answer-clock.ts";
import { chatError } from "./chat-error.ts";

export type ToolCallPart = Extract<ChatPart, { type: "tool_call" }>;
type ToolResultPart = Extract<ChatPart, { type: "tool_result" }>;

export interface ToolTurnOptions {
  calls: Pick<ToolCalls, "call">;
  permissions: Pick<Permissions, "approvals">;
  clock: Clock;
}

export interface OneCall {
  who: Principal;
  part: ToolCallPart;
  /** Of the message it stands in; part of the approval. */
  context: string;
  time: Pick<AnswerClock, "signal" | "paused">;
  /** A question that was put before the process ended. */
  askedBefore?: string | undefined;
  add(part: ChatPart): void;
}

/**
 * Runs one call to its end, whatever that is: asks the person where that is wanted, tells progress by the call's id, and
 * adds exactly one result, unless the process ends while a person is asked. Never throws.
 */
export async function runToolCall(options: ToolTurnOptions, one: OneCall): Promise<void> {
  const startedAt = options.clock.steady();
  const ended = (result: Partial<ToolResultPart> & Pick<ToolResultPart, "state">) =>
    one.add({
      type: "tool_result",
      callId: one.part.callId,
      isError: false,
      content: [],
      structuredContent: null,
      durationMs: options.clock.steady() - startedAt,
      error: null,
      ...result,
    });
  try {
    const answer = await admitted(options, one, one.part.arguments ?? {}, one.askedBefore);
    const { isError, content, structuredContent, durationMs } = answer;
    ended({ state: "done", isError, content, structuredContent, durationMs });
  } catch (error) {
    if (error === one.time.signal.reason && isRestart(one.time.signal)) return;
    ended({ state: stateOf(error), error: chatError(error) });
  }
}

type Arguments = Readonly<Record<string, unknown>>;

async function admitted(options: ToolTurnOptions, one: OneCall, args: Arguments, asked?: string): ReturnType<ToolCalls["call"]> {
  const { who, part, context, time } = one;
  const call = (more: { arguments: Arguments; approval?: string }) =>
    options.calls.call(who, {
      server: part.server,
      tool: part.tool,
      callId: part.callId,
      signal: time.signal,
      by: part.by,
      context,
      ...more,
      arguments: { ...more.arguments },
    });
  if (asked !== undefined) return approved(options, one, asked, call);
  try {
    return await call({ arguments: args });
  } catch (error) {
    const approvalId = approvalIdOf(error);
    if (approvalId === null) throw error;
    const at = options.clock.now();
    one.add({ type: "approval_asked", approvalId, callId: part.callId, reason: (error as AppError).message, at });
    return approved(options, one, approvalId, call);
  }
}

async function approved(
  { permissions, clock }: ToolTurnOptions,
  { who, part, time, add }: OneCall,
  approvalId: string,
  call: (more: { arguments: Arguments; approval: string }) => ReturnType<ToolCalls["call"]>,
): ReturnType<ToolCalls["call"]> {
  const { approvals } = permissions;
  const decision = await time.paused(async () => {
    try {
      return await approvals.decided(who.userId, approvalId, time.signal);
    } catch (error) {
      // A question outlives the process: whoever continues the answer finds it, answered or not.
      if (isRestart(time.signal)) throw error;
      await approvals.withdraw(who.userId, approvalId);
      throw time.signal.aborted ? new AppError("CALL_CANCELLED", "it was not approved before the answer was stopped") : error;
    }
  });
  const answered = { type: "approval_answered", approvalId, callId: part.callId, at: clock.now() } as const;
  if (decision.state === "approved") {
    const isEdited = JSON.stringify(decision.arguments) !== JSON.stringify(part.arguments);
    add({ ...answered, answer: isEdited ? "edited" : "approved", ...(isEdited ? { arguments: decision.arguments } : {}) });
    return call({ arguments: decision.arguments, approval: approvalId });
  }
  if (decision.state === "rejected") {
    const reason = decision.reason ?? undefined;
    add({ ...answered, answer: "rejected", ...(reason === undefined ? {} : { reason }) });
    throw new AppError("APPROVAL_REFUSED", reason === undefined ? "the person said no" : `the person said no: ${reason}`, {
      neverRan: true,
    });
  }
  add({ ...answered, answer: "expired" });
  throw new AppError("APPROVAL_REFUSED", "nobody approved it in time", { neverRan: true });
}

function isRestart({ reason }: AbortSignal): boolean {
  return reason instanceof AppError && reason.code === "SHUTTING_DOWN";
}

function stateOf(error: unknown): ToolResultPart["state"] {
  if (!(error instanceof AppError)) return "failed";
  if (error.code === "APPROVAL_REFUSED" || error.code === "TOOL_FORBIDDEN") return "refused";
  if (error.code === "CALL_CANCELLED") return "cancelled";
  return error.code === "OUTCOME_UNKNOWN" || error.code === "CALL_TIMEOUT" ? "unknown" : "failed";
}
