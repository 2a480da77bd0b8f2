import type { ErrorCode } from "../../schemas/error-codes.ts";
import type { SealedValue } from "./sealed-value.ts";

/** `taken`: the answer has come and is being exchanged for tokens. The last four are ends. */
export type FlowStatus = "pending" | "taken" | "done" | "failed" | "cancelled";

/** One sign-in of one person at one server's authorization server. Times are epoch milliseconds. */
export interface FlowRecord {
  /** Random; shown to the person who began it. */
  readonly id: string;
  /** SHA-256 (hex) of the `state` that comes back. */
  readonly stateHash: string;
  readonly userId: string;
  readonly server: string;
  /** SHA-256 (hex) of what the browser that began it carries in a cookie. */
  readonly browserHash: string;
  readonly status: FlowStatus;
  /** Why it failed. */
  readonly code: ErrorCode | null;
  readonly message: string | null;
  readonly createdAt: number;
  /** Until then the person may finish it. */
  readonly expiresAt: number;
  /** From then on nobody remembers it. */
  readonly forgetAt: number;
  /** Verifier, client, addresses; null once it has ended. */
  readonly sealed: SealedValue | null;
}

export type FlowEnd = Pick<FlowRecord, "code" | "message"> & { status: "done" | "failed" | "cancelled" };

/** Sign-ins on their way: begun in one process, perhaps finished in another. */
export interface FlowStore {
  /** Forgets what nobody needs to remember any more, as well. */
  insert(flow: FlowRecord): Promise<void>;
  byId(id: string): Promise<FlowRecord | null>;
  byState(stateHash: string): Promise<FlowRecord | null>;
  /** Those of this user and server that have neither ended nor expired, newest first. */
  unfinished(userId: string, server: string, now: number): Promise<FlowRecord[]>;
  /** From `pending` to `taken`, unless it has expired: of many callers at once exactly one gets the record. */
  take(id: string, now: number): Promise<FlowRecord | null>;
  /** Ends one that has not ended and erases its secrets. False when it had ended. */
  end(id: string, how: FlowEnd): Promise<boolean>;
  deleteByUser(userId: string): Promise<void>;
}
