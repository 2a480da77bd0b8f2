import { randomUUID } from "node:crypto";
import type { ApprovalState, ApprovalView } from "../../schemas/wire-functions.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { Logger } from "../ports/logger.ts";
import type { ApprovalRecord, ApprovalStore } from "../ports/permission-store.ts";
import { type ApprovalAnswer, answered, type Bound, boundTo, type NewApproval, viewOf } from "./approval-record.ts";

/** How a question ended. `arguments` are those that were approved: a person may have edited them. */
export type Decision =
  | { readonly state: "approved"; readonly arguments: Readonly<Record<string, unknown>> }
  | { readonly state: "rejected"; readonly reason: string | null }
  | { readonly state: "expired" | "withdrawn" | "used" };

/** Calls that wait for a person's word: on record, so that they outlive a reload and a restart. */
export interface Approvals {
  /** Puts a call before a person. A call people make themselves that waits already is not put twice. */
  ask(asked: NewApproval): Promise<ApprovalView>;
  /** This person's that wait, oldest first. */
  list(userId: string): Promise<readonly ApprovalView[]>;
  /** Throws APPROVAL_UNKNOWN unless it is this person's own and waits. Returns what it was about. */
  answer(userId: string, id: string, answer: ApprovalAnswer): Promise<ApprovalRecord>;
  /** Spends an approval on a call. Throws APPROVAL_REFUSED unless it was given for exactly this call and is unspent. */
  use(id: string, call: Bound): Promise<void>;
  /** Where a question stands, for who was not there when it was answered: null when it is not this person's. */
  decision(userId: string, id: string): Promise<Decision | { readonly state: "pending" } | null>;
  /** Resolves when the question has ended, however; rejects with the signal's reason. */
  decided(userId: string, id: string, signal?: AbortSignal): Promise<Decision>;
  /** Nobody needs it any more: who wanted the call has gone. */
  withdraw(userId: string, id: string): Promise<void>;
  close(): void;
}

export interface ApprovalsOptions {
  store: ApprovalStore;
  clock: Clock;
  sink: Pick<EventSink, "serverSaid">;
  logger: Logger;
  /** Throws for arguments that take the place of those that were asked about, and cannot be sent. */
  checkEdited: (record: ApprovalRecord, edited: Readonly<Record<string, unknown>>) => Promise<void>;
  /** How long a person may take. @default 24 hours, as LibreChat keeps paused runs */
  answerMs?: number;
  /** How long an approval may be used. @default 10 minutes */
  useMs?: number;
  /** Of one person's that wait. @default 100 */
  maxPerUser?: number;
}

const HOUR_MS = 60 * 60_000;
const SWEEP_EVERY_MS = 15_000;
const KEEP_ENDED_MS = 7 * 24 * HOUR_MS;
const MAX_ARGUMENT_CHARS = 256 * 1024;

export function openApprovals(options: ApprovalsOptions): Approvals {
  const { store, clock, sink, logger, checkEdited, answerMs = 24 * HOUR_MS, useMs = 10 * 60_000, maxPerUser = 100 } = options;
  const waiting = new Map<string, Set<() => void>>();
  const isOver = ({ expiresAt }: ApprovalRecord) => expiresAt <= clock.now();

  const tell = ({ id, userId, server, tool }: ApprovalRecord, state: Exclude<ApprovalState, "pending" | "used">) => {
    sink.serverSaid(userId, "mcp:approval-ended", { id, server, tool, state });
    for (const wake of waiting.get(id) ?? []) wake();
  };
  const end = async (record: ApprovalRecord, state: "expired" | "withdrawn") => {
    const change = { state, arguments: null, endedAt: clock.now() };
    if (await store.change(record.id, record.state, change)) tell(record, state);
  };
  const waits = async (userId: string) => (await store.list(userId, "pending")).filter((record) => !isOver(record));

  let stopTimer = () => {};
  const sweep = async () => {
    for (const record of await store.overdue(clock.now())) await end(record, "expired");
    await store.deleteEndedBefore(clock.now() - KEEP_ENDED_MS);
  };
  const again = () => {
    stopTimer = clock.setTimer(SWEEP_EVERY_MS, () => {
      sweep()
        .catch((error: unknown) => logger.warn({ err: error }, "approvals that are over could not be ended"))
        .finally(again);
    });
  };
  again();

  const decision: Approvals["decision"] = async (userId, id) => {
    const record = await store.get(id);
    if (record === null || record.userId !== userId) return null;
    const { state } = record;
    if (state === "used") return { state };
    if (state === "rejected") return { state, reason: record.reason };
    if (state === "expired" || state === "withdrawn") return { state };
    if (isOver(record)) return { state: "expired" };
    return state === "pending" ? { state } : { state: "approved", arguments: JSON.parse(record.arguments ?? "{}") };
  };

  return {
    async ask(asked) {
      const text = JSON.stringify(asked.arguments);
      if (text.length > MAX_ARGUMENT_CHARS)
        throw new AppError("APPROVAL_REFUSED", `"${asked.tool}" has to be approved, and its arguments are too long to be shown`);
      const open = await waits(asked.userId);
      const same = asked.context === null ? open.find((each) => each.context === null && boundTo(each, asked)) : undefined;
      if (same !== undefined) return viewOf(same);
      if (open.length >= maxPerUser)
        throw new AppError("LIMIT_REACHED", `${maxPerUser} of your calls wait for your approval; answer some of them first`);
      const { userId, server, tool, serverDigest, toolDigest, argumentDigest, question, context } = asked;
      const createdAt = clock.now();
      const bound = { userId, server, tool, serverDigest, toolDigest, argumentDigest };
      const times = { createdAt, expiresAt: createdAt + answerMs, endedAt: null };
      const said = { arguments: text, question: JSON.stringify(question), context, state: "pending", reason: null } as const;
      const record: ApprovalRecord = { id: randomUUID(), ...bound, ...said, ...times };
      await store.insert(record);
      const view = viewOf(record);
      sink.serverSaid(userId, "mcp:approval", view);
      return view;
    },
    list: async (userId) => (await waits(userId)).map(viewOf),
    async answer(userId, id, answer) {
      const record = await store.get(id);
      const unknown = () => new AppError("APPROVAL_UNKNOWN", "no call of yours with this approval waits");
      if (record === null || record.userId !== userId || record.state !== "pending") throw unknown();
      if (isOver(record)) {
        await end(record, "expired");
        throw unknown();
      }
      if (answer.action !== "reject" && answer.arguments !== undefined) await checkEdited(record, answer.arguments);
      const change = answered(answer, clock.now() + useMs, clock.now());
      if (!(await store.change(id, "pending", change))) throw unknown();
      const { server, tool } = record;
      logger.info({ userId, server, tool, approval: id, answer: answer.action }, "a call was answered");
      tell(record, answer.action === "reject" ? "rejected" : "approved");
      return { ...record, ...change };
    },
    async use(id, call) {
      const record = await store.get(id);
      // Of somebody else's not even that it exists.
      if (record === null || record.userId !== call.userId) throw refused("there is no such approval");
      if (record.state !== "approved") throw refused(`this approval is ${WORDS[record.state]}`);
      if (isOver(record)) throw refused(`this approval is ${WORDS.expired}`);
      if (!boundTo(record, call)) throw refused("this approval was given for another call: another tool, version or arguments");
      const change = { state: "used", arguments: null, endedAt: clock.now() } as const;
      if (!(await store.change(id, "approved", change))) throw refused(`this approval is ${WORDS.used}`);
    },
    decision,
    async decided(userId, id, signal) {
      let wake = () => {};
      const rung = new Promise<void>((resolve, reject) => {
        wake = resolve;
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
      rung.catch(() => {});
      const waiters = waiting.get(id) ?? new Set();
      waiting.set(id, waiters.add(wake));
      try {
        signal?.throwIfAborted();
        const before = await decision(userId, id);
        if (before?.state === "pending") await rung;
        const found = before?.state === "pending" ? await decision(userId, id) : before;
        return found === null || found.state === "pending" ? { state: "withdrawn" } : found;
      } finally {
        waiters.delete(wake);
        if (waiters.size === 0) waiting.delete(id);
      }
    },
    async withdraw(userId, id) {
      const record = await store.get(id);
      if (record !== null && record.userId === userId && record.endedAt === null) await end(record, "withdrawn");
    },
    close() {
      stopTimer();
    },
  };
}

const WORDS = {
  pending: "not answered yet",
  rejected: "a no",
  used: "used up: it was for one call",
  expired: "over: it was not used in time",
  withdrawn: "withdrawn",
  approved: "given",
} as const satisfies Record<ApprovalState, string>;

function refused(why: string): AppError {
  return new AppError("APPROVAL_REFUSED", why);
}
