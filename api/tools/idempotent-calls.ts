import type { ToolCallAnswer } from "../../schemas/wire.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Principal } from "../ports/identity.ts";
import { isToolOffered } from "../servers/access.ts";
import type { ServerDirectory } from "../servers/server-directory.ts";
import { digestOf } from "./digest.ts";
import type { ToolCallRequest, ToolCalls } from "./tool-calls.ts";

export interface IdempotentCallsOptions {
  directory: Pick<ServerDirectory, "get">;
  clock: Clock;
  /** How long a key holds. @default 24 hours */
  keepMs?: number;
  /** Keys of one user; beyond it the oldest is forgotten. @default 1_000 */
  maxPerUser?: number;
  /** All kept answers together, as JSON text. @default 64 MiB */
  maxBytes?: number;
}

type Outcome =
  | { readonly kind: "running" }
  | { readonly kind: "answer"; readonly answer: ToolCallAnswer }
  | { readonly kind: "error"; readonly error: AppError }
  /** It ran, and its answer was too large to keep. */
  | { readonly kind: "dropped" };

interface Kept {
  readonly digest: string;
  readonly until: number;
  outcome: Outcome;
  bytes: number;
}

const DAY_MS = 24 * 60 * 60_000;
const MAX_ANSWER_BYTES = 1024 * 1024;
const SWEEP_EVERY_MS = 60_000;

/**
 * Runs a call with an idempotency key once: the same key with the same call is answered with what came of the first,
 * failures included, as long as they may use the tool. A call that was never sent leaves its key free. Keys live in this process and end with it.
 */
export function idempotentCalls(calls: ToolCalls, options: IdempotentCallsOptions): ToolCalls {
  const { directory, clock, keepMs = DAY_MS, maxPerUser = 1_000, maxBytes = 64 * 1024 * 1024 } = options;
  const byUser = new Map<string, Map<string, Kept>>();
  let bytes = 0;
  let sweptAt = clock.now();

  const forget = (userId: string, key: string) => {
    const keys = byUser.get(userId);
    bytes -= keys?.get(key)?.bytes ?? 0;
    keys?.delete(key);
    if (keys?.size === 0) byUser.delete(userId);
  };
  const sweep = () => {
    if (clock.now() - sweptAt < SWEEP_EVERY_MS) return;
    sweptAt = clock.now();
    for (const [userId, keys] of byUser) {
      for (const [key, { until }] of keys) if (until <= sweptAt) forget(userId, key);
    }
  };
  const settle = (kept: Kept, outcome: Outcome) => {
    kept.outcome = outcome;
    if (outcome.kind !== "answer") return;
    const size = Buffer.byteLength(JSON.stringify(outcome.answer));
    if (size > MAX_ANSWER_BYTES || bytes + size > maxBytes) kept.outcome = { kind: "dropped" };
    else {
      kept.bytes = size;
      bytes += size;
    }
  };
  const keep = (userId: string, key: string, digest: string): Kept => {
    const keys = byUser.get(userId) ?? new Map<string, Kept>();
    const oldest = [...(keys.size >= maxPerUser ? keys : [])].find(([, { outcome }]) => outcome.kind !== "running");
    if (oldest !== undefined) forget(userId, oldest[0]);
    const kept: Kept = { digest, until: clock.now() + keepMs, outcome: { kind: "running" }, bytes: 0 };
    byUser.set(userId, keys.set(key, kept));
    return kept;
  };

  const once = async (who: Principal, request: ToolCallRequest, key: string): Promise<ToolCallAnswer> => {
    const { server, tool, arguments: args } = request;
    sweep();
    const digest = digestOf([server, tool, args]);
    const known = byUser.get(who.userId)?.get(key);
    if (known !== undefined && known.until > clock.now()) {
      // What was answered while they might is not theirs to hear again when they may not.
      if (!isToolOffered(directory.get(who, server).access, tool))
        throw new AppError("TOOL_UNKNOWN", `the server has no tool "${tool}"`);
      return replay(known, digest);
    }
    if (known !== undefined) forget(who.userId, key);
    const kept = keep(who.userId, key, digest);
    let wasSent = false;
    const onSent = () => {
      wasSent = true;
    };
    try {
      const answer = await calls.call(who, { ...request, onSent });
      settle(kept, { kind: "answer", answer });
      return answer;
    } catch (error) {
      const mayHaveRun = wasSent && !(error instanceof AppError && error.neverRan);
      if (mayHaveRun && error instanceof AppError) settle(kept, { kind: "error", error });
      else if (mayHaveRun) settle(kept, { kind: "dropped" });
      else forget(who.userId, key);
      throw error;
    }
  };

  return {
    call: (who, request) =>
      request.idempotencyKey === undefined ? calls.call(who, request) : once(who, request, request.idempotencyKey),
    cancel: (who, callId) => calls.cancel(who, callId),
    stopUnsent: (userId, server, tools) => calls.stopUnsent(userId, server, tools),
    cancelAll: (userId) => calls.cancelAll(userId),
  };
}

function replay({ digest, outcome }: Kept, wanted: string): ToolCallAnswer {
  if (digest !== wanted) throw new AppError("IDEMPOTENCY_KEY_REUSED", "this key belongs to another call");
  switch (outcome.kind) {
    case "running":
      throw new AppError("CALL_RUNNING", "the call with this key is running", { retryAfterMs: 1_000 });
    case "answer":
      return outcome.answer;
    case "error":
      throw outcome.error;
    case "dropped":
      throw new AppError("IDEMPOTENCY_KEY_REUSED", "the call with this key has run; its answer is not kept");
  }
}
