import { randomUUID } from "node:crypto";
import { branchOf } from "../../schemas/chat-transcript.ts";
import type { ChatPart, ConversationSnapshot, ConversationView, ModelChoice, Transcript } from "../../schemas/chat-wire.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { ConversationChange, ConversationRecord, ConversationStore } from "../ports/conversation-store.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { Principal } from "../ports/identity.ts";
import type { ServerDirectory } from "../servers/server-directory.ts";
import { sentTranscript } from "./large-parts.ts";
import type { TranscriptLog, TranscriptLogs } from "./transcript-log.ts";

export interface ConversationPick {
  title?: string | undefined;
  servers?: readonly string[] | undefined;
  model?: ModelChoice | null | undefined;
}

/** People's conversations. Every method throws CONVERSATION_UNKNOWN for those that are not this person's. */
export interface Conversations {
  page(who: Principal, options: { limit: number; before?: string | undefined; search?: string | undefined }): Promise<Page>;
  create(who: Principal, pick: ConversationPick): Promise<ConversationView>;
  get(who: Principal, id: string): Promise<ConversationRecord>;
  log(who: Principal, id: string): Promise<TranscriptLog>;
  snapshot(who: Principal, id: string): Promise<ConversationSnapshot>;
  /** Throws SERVER_UNKNOWN, SERVER_NOT_IN_CHAT for `servers`; MESSAGE_UNKNOWN, CHAT_RUNNING for `head`. */
  change(who: Principal, id: string, change: ConversationPick & { head?: string | undefined }): Promise<ConversationView>;
  /** What the house itself changes. Tells all tabs; fine when it is gone. */
  note(userId: string, id: string, change: ConversationChange): Promise<void>;
  remove(who: Principal, id: string): Promise<void>;
  /** Throws MESSAGE_UNKNOWN. */
  part(who: Principal, id: string, place: { messageId: string; index: number }): Promise<ChatPart>;
  whole(who: Principal, id: string): Promise<{ conversation: ConversationView; transcript: Transcript }>;
}

interface Page {
  conversations: readonly ConversationView[];
  next: string | null;
}

export interface ConversationsOptions {
  store: ConversationStore;
  logs: TranscriptLogs;
  directory: Pick<ServerDirectory, "get">;
  clock: Clock;
  sink: Pick<EventSink, "serverSaid">;
  /** Ends what is being made in a conversation that is deleted. */
  stop: (conversationId: string) => Promise<void>;
  /** One person's. @default 10,000 */
  maxPerUser?: number;
}

export const UNTITLED = "New conversation";

export function conversations(options: ConversationsOptions): Conversations {
  const { store, logs, directory, clock, sink, stop, maxPerUser = 10_000 } = options;

  const checkServers = (who: Principal, servers: readonly string[] = []) => {
    for (const name of servers) if (!directory.get(who, name).chatMenu) throw notInChat(name);
  };
  const get = async (who: Principal, id: string) => {
    const found = await store.get(who.userId, id);
    if (found === null) throw unknown();
    return found;
  };
  const log = async (who: Principal, id: string) => {
    await get(who, id);
    return logs.open(who.userId, id);
  };
  const note = async (userId: string, id: string, change: ConversationChange) => {
    await store.update(userId, id, change);
    const now = await store.get(userId, id);
    if (now !== null) sink.serverSaid(userId, "chat:conversation", { conversation: viewOf(now) });
  };

  return {
    get,
    log,
    note,
    async page(who, { limit, before, search }) {
      const found = await store.page(who.userId, { limit, before: placeOf(before), search: search?.toLowerCase() });
      const last = found.length === limit ? found.at(-1) : undefined;
      return { conversations: found.map(viewOf), next: last === undefined ? null : `${last.updatedAt}.${last.id}` };
    },
    async create(who, { title = UNTITLED, servers = [], model = null }) {
      checkServers(who, servers);
      if ((await store.count(who.userId)) >= maxPerUser)
        throw new AppError("LIMIT_REACHED", `you have ${maxPerUser} conversations; delete some of them first`);
      const at = clock.now();
      const said = { title, servers, model, isRunning: false, searchText: "" };
      const record: ConversationRecord = { id: randomUUID(), userId: who.userId, ...said, createdAt: at, updatedAt: at };
      await store.insert(record);
      sink.serverSaid(who.userId, "chat:conversation", { conversation: viewOf(record) });
      return viewOf(record);
    },
    async snapshot(who, id) {
      const conversation = viewOf(await get(who, id));
      const { transcript, seq } = await logs.open(who.userId, id);
      return { conversation, transcript: sentTranscript(transcript), seq };
    },
    async change(who, id, { head, ...change }) {
      checkServers(who, change.servers);
      const { isRunning } = await get(who, id);
      if (head !== undefined) {
        const open = await logs.open(who.userId, id);
        if (!open.transcript.messages.some((message) => message.id === head)) throw unknownMessage();
        if (isRunning)
          throw new AppError("CHAT_RUNNING", "an answer is being made; another branch can be shown when it is there");
        if (open.transcript.head !== head) open.add({ type: "head", messageId: head });
        await open.flush();
      }
      await note(who.userId, id, change);
      return viewOf(await get(who, id));
    },
    async remove(who, id) {
      await get(who, id);
      await stop(id);
      logs.forget(id);
      if (!(await store.delete(who.userId, id))) throw unknown();
      sink.serverSaid(who.userId, "chat:conversation-removed", { conversationId: id });
    },
    async part(who, id, { messageId, index }) {
      const { transcript } = await log(who, id);
      const part = transcript.messages.find((message) => message.id === messageId)?.parts[index];
      if (part === undefined) throw unknownMessage();
      return part;
    },
    async whole(who, id) {
      const conversation = viewOf(await get(who, id));
      return { conversation, transcript: (await logs.open(who.userId, id)).transcript };
    },
  };
}

/** What a search looks in: what was said on the branch that is shown, its end first to go. */
export function searchTextOf(transcript: Transcript): string {
  const texts = branchOf(transcript).flatMap(({ parts }) => parts.flatMap((part) => (part.type === "text" ? [part.text] : [])));
  return texts.join("\n").toLowerCase().slice(0, MAX_SEARCH_CHARS);
}

const MAX_SEARCH_CHARS = 64 * 1024;

function viewOf({ userId, searchText, ...view }: ConversationRecord): ConversationView {
  return view;
}

function placeOf(before: string | undefined): { updatedAt: number; id: string } | undefined {
  if (before === undefined) return undefined;
  const [, updatedAt, id] = /^(\d{1,15})\.([\w-]{1,64})$/.exec(before) ?? [];
  if (updatedAt === undefined || id === undefined) throw new AppError("REQUEST_INVALID", "`before` is no `next` of a page");
  return { updatedAt: Number(updatedAt), id };
}

const unknown = () => new AppError("CONVERSATION_UNKNOWN", "you have no such conversation");
const unknownMessage = () => new AppError("MESSAGE_UNKNOWN", "there is no such message in this conversation");

export function notInChat(server: string): AppError {
  return new AppError("SERVER_NOT_IN_CHAT", `"${server}" is not for chats: the operator keeps it out of the menu`);
}
