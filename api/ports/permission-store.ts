import type { ApprovalState, Permission } from "../../schemas/wire-functions.ts";

/**
 * What somebody said about one function of a server. An `always_allow` holds for exactly these digests; the other two
 * hold whatever changes. Times are epoch milliseconds.
 */
export interface PermissionRecord {
  /** A user's id; null: an admin's word, for everybody. */
  readonly userId: string | null;
  readonly server: string;
  readonly tool: string;
  readonly permission: Permission;
  /** Of the server's configuration then. */
  readonly serverDigest: string;
  /** Of the tool's definition then. */
  readonly toolDigest: string;
  /** The definition itself as JSON text, to show what changed since; null when it was too large to keep. */
  readonly definition: string | null;
  readonly setAt: number;
}

export interface PermissionStore {
  /** One person's, or with null an admin's for everybody. */
  list(userId: string | null): Promise<PermissionRecord[]>;
  /** Each in the place of the one there was; all of them or none. */
  put(records: readonly PermissionRecord[]): Promise<void>;
  remove(userId: string | null, server: string, tools: readonly string[]): Promise<void>;
  /** Everybody's for a server that is gone. */
  deleteByServer(server: string): Promise<void>;
  deleteByUser(userId: string): Promise<void>;
}

/** One call that waits, or waited, for a person's word. Bound to user, server, tool, arguments and both digests. */
export interface ApprovalRecord {
  readonly id: string;
  readonly userId: string;
  readonly server: string;
  readonly tool: string;
  readonly serverDigest: string;
  readonly toolDigest: string;
  readonly argumentDigest: string;
  /** JSON text; null once it has ended: nobody needs them any more. */
  readonly arguments: string | null;
  /** JSON text: what the person is shown beside the arguments. */
  readonly question: string;
  /** Whose call it is, in the caller's own words; null for calls people make themselves. */
  readonly context: string | null;
  readonly state: ApprovalState;
  /** Why it was rejected. */
  readonly reason: string | null;
  readonly createdAt: number;
  /** While it is pending: until when it can be answered. While it is approved: until when it can be used. */
  readonly expiresAt: number;
  readonly endedAt: number | null;
}

export type ApprovalChange = Pick<ApprovalRecord, "state"> &
  Partial<Pick<ApprovalRecord, "arguments" | "argumentDigest" | "reason" | "expiresAt" | "endedAt">>;

export interface ApprovalStore {
  insert(approval: ApprovalRecord): Promise<void>;
  get(id: string): Promise<ApprovalRecord | null>;
  /** This person's with this state, oldest first. */
  list(userId: string, state: ApprovalState): Promise<ApprovalRecord[]>;
  /** Only one that is still in the state `from`; of many callers at once exactly one gets true. */
  change(id: string, from: ApprovalState, to: ApprovalChange): Promise<boolean>;
  /** Those that are open (pending or approved) and whose time is over, oldest first, 100 at most. */
  overdue(now: number): Promise<ApprovalRecord[]>;
  deleteEndedBefore(endedAt: number): Promise<void>;
  deleteByUser(userId: string): Promise<void>;
}
