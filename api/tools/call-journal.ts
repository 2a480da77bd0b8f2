import type { CallState } from "../../schemas/wire.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { CallJournalStore, CallRecord } from "../ports/stores.ts";
import { timeOrderedIds } from "./time-ordered-id.ts";

export type BegunCall = Pick<CallRecord, "userId" | "callId" | "server" | "tool" | "toolDigest" | "argumentDigest">;

/** How a call ended: with an answer, or with what was thrown. */
export type CallEnd = { readonly ok: true } | { readonly ok: false; readonly error: unknown };

export interface JournalledCall {
  /** Resolves when the call is on record, or when waiting for that has taken too long; never rejects. */
  readonly written: Promise<void>;
  end(end: CallEnd): void;
}

/**
 * Writes down which calls were sent and what became of them. Calls of one moment share a write. The journal never
 * stops a call: what cannot be written is counted and logged.
 */
export interface CallJournal {
  /** The call may leave once it is on record. */
  begin(call: BegunCall): JournalledCall;
  page: CallJournalStore["page"];
  /** Records that could not be written since the start. */
  readonly lost: number;
  /** Writes what is waiting; nothing is begun afterwards. */
  close(): Promise<void>;
}

export interface CallJournalOptions {
  store: CallJournalStore;
  clock: Clock;
  logger: Logger;
  /** Calls kept for one user, give or take the last five hundred. @default 1_000 */
  keepPerUser?: number;
  /** @default 30 days */
  keepMs?: number;
}

const DAY_MS = 24 * 60 * 60_000;
const TIDY_EVERY_MS = 60 * 60_000;
const TRIM_EVERY_CALLS = 500;
/** A store that hangs holds up a call for no longer. */
const MAX_WAIT_MS = 1_000;
/** How long the end of a call may wait for company. After a kill within it the call counts as unknown, not as done. */
const SOON_MS = 50;
/** Of the event loop: under load that is a millisecond or two, alone it is one that does nothing. */
const MAX_TURNS = 4;
/** Behind a store that hangs; what is older is lost. */
const MAX_QUEUED = 10_000;

/** Opens the journal: calls that were running when the last process ended are `unknown` from now on. */
export async function openCallJournal(options: CallJournalOptions): Promise<CallJournal> {
  const { store, clock, logger, keepPerUser = 1_000, keepMs = 30 * DAY_MS } = options;
  const writer = recordWriter({ store, logger, clock });
  const newId = timeOrderedIds(() => clock.now());
  const begun = new Map<string, number>();
  let running = 0;

  const orTold = (work: Promise<void>) =>
    work.catch((error: unknown) => logger.warn({ err: error }, "the call journal could not be tidied"));
  const tidy = () => orTold(store.deleteBefore(clock.now() - keepMs));
  const trimSometimes = (userId: string, written: Promise<void>) => {
    const calls = (begun.get(userId) ?? 0) + 1;
    if (calls < TRIM_EVERY_CALLS) return void begun.set(userId, calls);
    begun.delete(userId);
    void orTold(written.then(() => store.trim(userId, keepPerUser)));
  };

  const found = await store.endRunning(clock.now());
  if (found > 0) logger.warn({ calls: found }, "calls were running when the last process ended; what became of them is unknown");
  let stopTimer = () => {};
  const again = () => {
    stopTimer = clock.setTimer(TIDY_EVERY_MS, () => void tidy().then(again));
  };
  let isClosed = false;
  await tidy();
  again();

  return {
    begin(call) {
      const id = newId();
      const startedAt = clock.now();
      running += 1;
      const record = recordOf(call, { id, startedAt, endedAt: null, state: "running", code: null });
      // The only call there is waits for no company.
      const written = writer.write(record, { atOnce: running === 1 });
      trimSometimes(call.userId, written);
      const end = (end: CallEnd) => {
        const { state, code } = endOf(end);
        running -= 1;
        writer.writeSoon(recordOf(call, { id, startedAt, endedAt: clock.now(), state, code }));
      };
      return { written, end };
    },
    async page(userId, page) {
      await writer.flush();
      return store.page(userId, page);
    },
    get lost() {
      return writer.lost;
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      stopTimer();
      await writer.end();
    },
  };
}

/**
 * One write at a time; what comes meanwhile goes into the next one. Its promises never reject, and resolve when waiting
 * has taken too long: one timer for all that share a write.
 */
function recordWriter({ store, logger, clock }: Pick<CallJournalOptions, "store" | "logger" | "clock">) {
  let waiting: CallRecord[] = [];
  let next: Promise<void> | null = null;
  let stopTimer: (() => void) | null = null;
  let last: Promise<void> = Promise.resolve();
  let isFailing = false;
  let lost = 0;

  const run = async () => {
    const batch = waiting;
    waiting = [];
    next = null;
    stopTimer?.();
    stopTimer = null;
    if (batch.length === 0) return;
    try {
      await store.write(batch);
      if (isFailing) logger.warn({ lost }, "the call journal can be written again");
      isFailing = false;
    } catch (error) {
      lost += batch.length;
      // Once for the whole trouble: a full disk must not fill the log as well.
      if (!isFailing) logger.error({ err: error }, "the call journal cannot be written; calls go on without it");
      isFailing = true;
    }
  };

  const put = (record: CallRecord) => {
    if (waiting.push(record) > MAX_QUEUED) lost += waiting.splice(0, waiting.length - MAX_QUEUED).length;
  };
  /** Lets others come along, as long as each turn of the event loop brings more of them. */
  const gathered = async () => {
    for (let turns = 0, before = -1; turns < MAX_TURNS && waiting.length > before; turns += 1) {
      before = waiting.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const flush = ({ atOnce = false } = {}) => {
    if (next === null) {
      last = atOnce ? last.then(run) : last.then(gathered).then(run);
      next = orAfter(last, MAX_WAIT_MS, clock);
    }
    return next;
  };

  return {
    get lost() {
      return lost;
    },
    write(record: CallRecord, when: { atOnce: boolean }): Promise<void> {
      put(record);
      const written = flush(when);
      // While it fails nobody waits for it.
      return isFailing ? Promise.resolve() : written;
    },
    /** Nobody waits for this one: it goes along with the next, or alone in a moment. */
    writeSoon(record: CallRecord): void {
      put(record);
      if (next === null) stopTimer ??= clock.setTimer(SOON_MS, () => void flush());
    },
    flush: () => flush(),
    /** As `flush`, with more patience: there is no other time. */
    end(): Promise<void> {
      void flush();
      return orAfter(last, 5 * MAX_WAIT_MS, clock);
    },
  };
}

/** Written out: there are two of them for every call. */
function recordOf(call: BegunCall, { id, startedAt, endedAt, state, code }: Omit<CallRecord, keyof BegunCall>): CallRecord {
  const { userId, callId, server, tool, toolDigest, argumentDigest } = call;
  return { userId, callId, server, tool, toolDigest, argumentDigest, id, state, startedAt, endedAt, code };
}

function endOf(end: CallEnd): { state: CallState; code: CallRecord["code"] } {
  if (end.ok) return { state: "done", code: null };
  if (!(end.error instanceof AppError)) return { state: "unknown", code: "INTERNAL" };
  const { code, neverRan } = end.error;
  if (code === "CALL_CANCELLED") return { state: "cancelled", code };
  const isUnknown = code === "CALL_TIMEOUT" || code === "OUTCOME_UNKNOWN" || (code === "CONNECTION_CLOSED" && !neverRan);
  return { state: isUnknown ? "unknown" : "failed", code };
}

function orAfter(done: Promise<void>, ms: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const stop = clock.setTimer(ms, resolve);
    void done.then(() => {
      stop();
      resolve();
    });
  });
}
