import { applyChatEvent, EMPTY_TRANSCRIPT } from "../../schemas/chat-transcript.ts";
import type { ChatEvent, Transcript } from "../../schemas/chat-wire.ts";
import type { Clock } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { Logger } from "../ports/logger.ts";
import { sentEvent } from "./large-parts.ts";

/** An event before it has its number. */
export type NewChatEvent = ChatEvent extends infer Each ? (Each extends ChatEvent ? Omit<Each, "seq"> : never) : never;

/** One conversation's events: told at once, written in small batches, folded into the transcript. */
export interface TranscriptLog {
  readonly conversationId: string;
  readonly seq: number;
  readonly transcript: Transcript;
  add(event: NewChatEvent): void;
  /** Resolves when everything added so far is stored. Rejects when it cannot be: then nobody may rely on it. */
  flush(): Promise<void>;
  /** What came after `after`, as browsers are told it. */
  since(after: number): Promise<ChatEvent[]>;
}

export interface TranscriptLogs {
  /** The one log of this conversation, however often it is asked for. */
  open(userId: string, conversationId: string): Promise<TranscriptLog>;
  /** It was deleted: nothing more is told or written. */
  forget(conversationId: string): void;
  /** Resolves when everything is stored. */
  close(): Promise<void>;
}

export interface TranscriptLogOptions {
  store: Pick<ConversationStore, "append" | "events">;
  sink: Pick<EventSink, "serverSaid">;
  clock: Clock;
  logger: Logger;
  /** How long what was told may wait to be written. @default 100 */
  writeEveryMs?: number;
  /** Logs nobody is using that are kept in memory. @default 100 */
  maxKept?: number;
}

interface OpenLog extends TranscriptLog {
  isIdle(): boolean;
  forget(): void;
}

/** All logs of this process. What was told and not yet written when the process is killed is 100 ms old at most. */
export function transcriptLogs(options: TranscriptLogOptions): TranscriptLogs {
  const { maxKept = 100 } = options;
  const logs = new Map<string, Promise<OpenLog>>();
  const makeRoom = async () => {
    for (const [id, opening] of logs) {
      if (logs.size <= maxKept) return;
      const log = await opening.catch(() => null);
      if (log === null || log.isIdle()) logs.delete(id);
    }
  };
  return {
    open(userId, conversationId) {
      const known = logs.get(conversationId);
      logs.delete(conversationId);
      const opening = known ?? openLog(userId, conversationId, options);
      opening.catch(() => logs.delete(conversationId));
      logs.set(conversationId, opening);
      if (logs.size > maxKept) void makeRoom();
      return opening;
    },
    forget(conversationId) {
      const opening = logs.get(conversationId);
      logs.delete(conversationId);
      opening?.then((log) => log.forget()).catch(() => {});
    },
    async close() {
      await Promise.allSettled([...logs.values()].map(async (opening) => (await opening).flush()));
    },
  };
}

async function openLog(userId: string, conversationId: string, options: TranscriptLogOptions): Promise<OpenLog> {
  const { store, sink, clock, logger, writeEveryMs = 100 } = options;
  const stored = await store.events(conversationId, 0);
  let transcript = stored.reduce(applyChatEvent, EMPTY_TRANSCRIPT);
  let seq = stored.at(-1)?.seq ?? 0;
  let waiting: ChatEvent[] = [];
  let writing: Promise<void> = Promise.resolve();
  let cancelTimer: (() => void) | null = null;
  let isForgotten = false;

  const write = (): Promise<void> => {
    cancelTimer?.();
    cancelTimer = null;
    const batch = waiting;
    waiting = [];
    if (batch.length === 0 || isForgotten) return writing;
    const written = writing.catch(() => {}).then(() => store.append(conversationId, merged(batch)));
    writing = written.catch((error: unknown) => {
      // They are numbered: written later, each still lands in its place.
      waiting = [...batch, ...waiting];
      throw error;
    });
    return writing;
  };
  const later = () => {
    cancelTimer ??= clock.setTimer(writeEveryMs, () => {
      cancelTimer = null;
      write().catch((error: unknown) => {
        logger.error({ err: error, conversationId }, "a conversation could not be written; it is tried again");
        later();
      });
    });
  };
  return {
    conversationId,
    get seq() {
      return seq;
    },
    get transcript() {
      return transcript;
    },
    add(event) {
      if (isForgotten) return;
      seq += 1;
      const numbered = { ...event, seq } as ChatEvent;
      transcript = applyChatEvent(transcript, numbered);
      waiting.push(numbered);
      sink.serverSaid(userId, "chat:event", { conversationId, event: sentEvent(numbered) });
      later();
    },
    flush: write,
    async since(after) {
      await write();
      return (await store.events(conversationId, after)).map(sentEvent);
    },
    isIdle: () => waiting.length === 0 && transcript.messages.every(({ state }) => state !== "running"),
    forget() {
      isForgotten = true;
      cancelTimer?.();
    },
  };
}

/** Pieces of one text become one, with the number of the last: offsets tell who knows the beginning what is new. */
function merged(events: readonly ChatEvent[]): ChatEvent[] {
  const kept: ChatEvent[] = [];
  for (const event of events) {
    const last = kept.at(-1);
    const goesOn =
      event.type === "delta" && last?.type === "delta" && last.messageId === event.messageId && last.part === event.part;
    if (goesOn) kept[kept.length - 1] = { ...last, seq: event.seq, text: last.text + event.text };
    else kept.push(event);
  }
  return kept;
}
