import type { ToolCallAnswer } from "../../schemas/wire.ts";
import type { Principal } from "../ports/identity.ts";
import type { StopSignal } from "../stop-signal.ts";
import type { CalledBy } from "./judge.ts";

export interface ToolCallRequest {
  server: string;
  tool: string;
  arguments: Record<string, unknown>;
  /** Chosen by the caller to follow progress and to cancel; made up when absent. Unique among this user's running calls. */
  callId?: string;
  /** Aborted when the caller goes away. */
  signal?: StopSignal;
  /** Who wants it. @default "person", who names the arguments by themselves */
  by?: CalledBy;
  /** The approval that the person gave for exactly this call. */
  approval?: string;
  /** Of a model's call: whose it is, in the caller's own words. Stands in the approval. */
  context?: string;
  /** Calls with the same key are one call. */
  idempotencyKey?: string;
  /** Told right before the call leaves: from then on it may run. */
  onSent?: () => void;
}

/** Runs tools. Every failure is an AppError; a tool's own `isError` is an answer. */
export interface ToolCalls {
  call(who: Principal, request: ToolCallRequest): Promise<ToolCallAnswer>;
  /** Asks the server to stop. Throws CALL_UNKNOWN when this user has no such running call. */
  cancel(who: Principal, callId: string): void;
  /** Ends calls of these tools that have not left yet, of one person or, with null, of everybody; counts both kinds. */
  stopUnsent(userId: string | null, server: string, tools: readonly string[]): { stopped: number; running: number };
  /** Stops all running calls of a person who has no business here any more. */
  cancelAll(userId: string): void;
}
