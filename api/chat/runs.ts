import type { ChatMessage, ChatPart, MessageHead, MessageState, RunStarted, TokenUsage } from "../../schemas/chat-wire.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { ConversationRecord } from "../ports/conversation-store.ts";
import type { Principal } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import { type AnswerClock, answerClock } from "./answer-clock.ts";
import { chatError } from "./chat-error.ts";
import type { ChatLimits } from "./chat-limits.ts";
import { type Conversations, searchTextOf } from "./conversations.ts";
import type { TranscriptLog } from "./transcript-log.ts";

/** What a run does until its message is complete. Returns what it took. Throws AppError. */
export type RunWork = (run: { log: TranscriptLog; answerId: string; time: AnswerClock }) => Promise<TokenUsage | null>;

export interface NewRun {
  who: Principal;
  record: ConversationRecord;
  /** What the person said, to stand before the answer. */
  said?: { message: Omit<MessageHead, "createdAt">; parts: readonly ChatPart[] } | undefined;
  /** A new message, or one that goes on. */
  answer: Omit<MessageHead, "createdAt"> | { goesOn: ChatMessage };
  work: RunWork;
  /** When it has ended well. */
  after?: (log: TranscriptLog) => Promise<void>;
}

/** Answers that are being made, with or without a browser that looks on. */
export interface Runs {
  /** Throws CHAT_RUNNING, LIMIT_REACHED. When it resolves, what the person said is stored and the answer is on its way. */
  start(run: NewRun): Promise<RunStarted>;
  /** Resolves when it has ended. Fine when there is none. */
  stop(conversationId: string): Promise<void>;
  stopUser(userId: string): Promise<void>;
  /** Ends all as interrupted: they can be continued by the next process. */
  close(): Promise<void>;
}

export interface RunsOptions {
  conversations: Pick<Conversations, "log" | "note">;
  clock: Clock;
  logger: Logger;
  limits: () => ChatLimits;
}

interface Running {
  userId: string;
  time: AnswerClock;
  done: Promise<void>;
}

/** Why a run was aborted, where nothing went wrong. */
const BY_PERSON = new AppError("CALL_CANCELLED", "it was stopped");
const BY_RESTART = new AppError("SHUTTING_DOWN", "the platform is restarting");

export function runs({ conversations, clock, logger, limits }: RunsOptions): Runs {
  const running = new Map<string, Running>();
  /** Between the first look and the first word: nobody else may begin. */
  const beginning = new Map<string, string>();

  const admit = (userId: string, id: string, isMarked: boolean) => {
    if (running.has(id) || beginning.has(id) || isMarked)
      throw new AppError("CHAT_RUNNING", "an answer is being made in this conversation");
    const own = [...running.values().map((each) => each.userId), ...beginning.values()].filter((each) => each === userId);
    const { runsPerUser } = limits();
    if (own.length >= runsPerUser) throw new AppError("LIMIT_REACHED", `${runsPerUser} answers are being made for you already`);
    beginning.set(id, userId);
  };
  const begin = (log: TranscriptLog, { said, answer }: NewRun): string => {
    const createdAt = clock.now();
    if (said !== undefined) {
      log.add({ type: "message", message: { ...said.message, createdAt } });
      for (const [part, value] of said.parts.entries()) log.add({ type: "part", messageId: said.message.id, part, value });
      log.add({ type: "state", messageId: said.message.id, state: "done", usage: null });
    }
    if (!("goesOn" in answer)) {
      log.add({ type: "message", message: { ...answer, createdAt } });
      return answer.id;
    }
    log.add({ type: "state", messageId: answer.goesOn.id, state: "running", usage: answer.goesOn.usage });
    return answer.goesOn.id;
  };
  const end = (log: TranscriptLog, messageId: string, state: MessageState, value: ChatPart | null) => {
    const message = log.transcript.messages.findLast(({ id }) => id === messageId);
    if (value !== null) log.add({ type: "part", messageId, part: message?.parts.length ?? 0, value });
    log.add({ type: "state", messageId, state, usage: message?.usage ?? null });
  };
  const finish = async ({ who, record, work, after }: NewRun, log: TranscriptLog, answerId: string, time: AnswerClock) => {
    try {
      const usage = await work({ log, answerId, time });
      if (time.signal.aborted) throw time.signal.reason;
      log.add({ type: "state", messageId: answerId, state: "done", usage });
      await after?.(log);
    } catch (error) {
      const why: unknown = time.signal.aborted ? time.signal.reason : error;
      if (why === BY_PERSON) end(log, answerId, "stopped", { type: "stopped", by: "person" });
      else if (why === BY_RESTART) end(log, answerId, "interrupted", { type: "stopped", by: "restart" });
      else {
        if (!(why instanceof AppError)) logger.error({ err: why }, "an answer failed");
        end(log, answerId, "failed", { type: "error", error: chatError(why) });
      }
    } finally {
      time.close();
      await log.flush().catch((error: unknown) => logger.error({ err: error }, "the end of an answer could not be written"));
      const change = { isRunning: false, updatedAt: clock.now(), searchText: searchTextOf(log.transcript) };
      await conversations.note(who.userId, record.id, change).catch(() => {});
    }
  };

  return {
    async start(run) {
      const { who, record, said } = run;
      admit(who.userId, record.id, record.isRunning);
      try {
        const log = await conversations.log(who, record.id);
        const answerId = begin(log, run);
        await conversations.note(who.userId, record.id, { isRunning: true, updatedAt: clock.now() });
        await log.flush();
        const { seq } = log;
        const time = answerClock({ clock, maxAnswerMs: limits().maxAnswerMs });
        const done = finish(run, log, answerId, time).finally(() => running.delete(record.id));
        running.set(record.id, { userId: who.userId, time, done });
        return { conversationId: record.id, messageId: said?.message.id ?? null, answerId, seq };
      } finally {
        beginning.delete(record.id);
      }
    },
    async stop(conversationId) {
      const found = running.get(conversationId);
      found?.time.abort(BY_PERSON);
      await found?.done;
    },
    async stopUser(userId) {
      const own = [...running.values()].filter((each) => each.userId === userId);
      for (const { time } of own) time.abort(BY_PERSON);
      await Promise.all(own.map(({ done }) => done));
    },
    async close() {
      const all = [...running.values()];
      for (const { time } of all) time.abort(BY_RESTART);
      await Promise.all(all.map(({ done }) => done));
    },
  };
}

/** For the start of the process: what was running when the last one ended is kept, and can be continued. */
export async function endInterrupted(
  found: readonly ConversationRecord[],
  {
    openLog,
    note,
    clock,
  }: { openLog: (record: ConversationRecord) => Promise<TranscriptLog>; note: Conversations["note"]; clock: Clock },
): Promise<void> {
  for (const record of found) {
    const log = await openLog(record);
    for (const { id, state, parts } of log.transcript.messages) {
      if (state !== "running") continue;
      log.add({ type: "part", messageId: id, part: parts.length, value: { type: "stopped", by: "restart" } });
      log.add({ type: "state", messageId: id, state: "interrupted", usage: null });
    }
    await log.flush();
    await note(record.userId, record.id, { isRunning: false, updatedAt: clock.now(), searchText: searchTextOf(log.transcript) });
  }
}
