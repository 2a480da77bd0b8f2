import { randomUUID } from "node:crypto";
import type { ChatMessage, ChatPart, ModelChoice, RunStarted, Transcript } from "../../schemas/chat-wire.ts";
import type { ServerCatalogues } from "../connections/server-catalogues.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { ConversationRecord } from "../ports/conversation-store.ts";
import type { Principal } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import { type AnswerOptions, makeAnswer } from "./answer.ts";
import { chatError } from "./chat-error.ts";
import { type Conversations, notInChat, UNTITLED } from "./conversations.ts";
import type { Models } from "./models.ts";
import type { Runs, RunWork } from "./runs.ts";
import { modelTitle, plainTitle, titleModelOf } from "./titles.ts";
import type { TranscriptLog } from "./transcript-log.ts";
import { type TurnTools, type TurnToolsOptions, turnTools } from "./turn-tools.ts";

export interface SaidMessage {
  text: string;
  images?: readonly { mediaType: string; data: string }[];
  resources?: readonly { server: string; uri: string }[];
  /** Begins a branch behind this message; null: at the beginning. Absent: where the shown branch ends. */
  parentId?: string | null;
  /** Chosen by the caller: sent twice, it is said once. */
  messageId?: string;
}

/** What a person does in a conversation with a model. Everything throws CONVERSATION_UNKNOWN and what `Runs` throws. */
export interface ChatService {
  /** Throws MODEL_NOT_CONFIGURED, MESSAGE_UNKNOWN for `parentId`. */
  send(who: Principal, id: string, said: SaidMessage): Promise<RunStarted>;
  /** A branch beside this answer; nothing of it is lost. Throws MESSAGE_UNKNOWN. */
  regenerate(who: Principal, id: string, messageId: string): Promise<RunStarted>;
  /** Goes on with an answer that broke off. Throws MESSAGE_UNKNOWN. */
  goOn(who: Principal, id: string, messageId: string): Promise<RunStarted>;
}

export interface ChatServiceOptions extends AnswerOptions, TurnToolsOptions {
  permissions: TurnToolsOptions["permissions"] & AnswerOptions["permissions"];
  conversations: Conversations;
  models: Models;
  runs: Runs;
  catalogues: Pick<ServerCatalogues, "readResource">;
  clock: Clock;
  logger: Logger;
  mayBegin: (userId: string) => void;
}

export function chatService(options: ChatServiceOptions): ChatService {
  const { conversations, models, runs, logger, mayBegin } = options;

  const choiceOf = async (who: Principal, { model }: ConversationRecord): Promise<ModelChoice> => {
    const choice = model ?? (await models.preferred(who));
    if (choice === null) throw new AppError("MODEL_NOT_CONFIGURED", "there is no model to talk to");
    return choice;
  };
  const workOf =
    (who: Principal, record: ConversationRecord, choice: ModelChoice): RunWork =>
    async ({ log, answerId, time }) => {
      const address = await models.reach(who, choice, { conversationId: record.id, messageId: answerId });
      const tools = await turnTools(options, { who, servers: record.servers, signal: time.signal });
      for (const value of noticesOf(tools)) {
        const part = log.transcript.messages.findLast(({ id }) => id === answerId)?.parts.length ?? 0;
        log.add({ type: "part", messageId: answerId, part, value });
      }
      return makeAnswer(options, { who, log, messageId: answerId, address, tools, time });
    };
  const titleWith = async (who: Principal, record: ConversationRecord, choice: ModelChoice, transcript: Transcript) => {
    const endpointOptions = models.optionsOf(choice.endpoint);
    const titleChoice = titleModelOf(endpointOptions, choice);
    if (titleChoice === null) return;
    const address = await models.reach(who, titleChoice, { conversationId: record.id });
    const title = await modelTitle({ askModel: options.askModel, address, transcript, options: endpointOptions });
    // A person who named it meanwhile has the last word.
    const { title: now } = await conversations.get(who, record.id);
    if (title !== null && now === record.title) await conversations.note(who.userId, record.id, { title });
  };
  const partsOf = async (who: Principal, { text, images = [], resources = [] }: SaidMessage): Promise<ChatPart[]> => {
    const read = await Promise.all(resources.map((resource) => resourcePart(options, who, resource)));
    const pictures = images.map((image): ChatPart => ({ type: "image", ...image }));
    return [...read, ...pictures, ...(text === "" ? [] : [{ type: "text" as const, text }])];
  };
  const begun = async (who: Principal, id: string) => {
    const record = await conversations.get(who, id);
    const choice = await choiceOf(who, record);
    return { record, choice, transcript: (await conversations.log(who, id)).transcript };
  };

  return {
    async send(who, id, said) {
      mayBegin(who.userId);
      const { record, choice, transcript } = await begun(who, id);
      const again = said.messageId === undefined ? null : repeated(transcript, id, said.messageId);
      if (again !== null) return { ...again, seq: (await conversations.log(who, id)).seq };
      const parentId = said.parentId === undefined ? transcript.head : said.parentId;
      if (parentId !== null) messageOf(transcript, parentId);
      const parts = await partsOf(who, said);
      if (parts.length === 0) throw new AppError("REQUEST_INVALID", "there is nothing in the message");
      const messageId = said.messageId ?? randomUUID();
      const named = { ...record, title: plainTitle(said.text) || record.title };
      const isFirst = record.title === UNTITLED && transcript.messages.length === 0;
      const message = { id: messageId, parentId, role: "user", by: "person", model: null } as const;
      const answer = { id: randomUUID(), parentId: messageId, role: "assistant", by: "model", model: choice } as const;
      const after = isFirst ? (log: TranscriptLog) => quietly(logger, titleWith(who, named, choice, log.transcript)) : undefined;
      const started = await runs.start({
        who,
        record,
        said: { message, parts },
        answer,
        work: workOf(who, record, choice),
        ...(after === undefined ? {} : { after }),
      });
      if (isFirst) await conversations.note(who.userId, id, { title: named.title });
      return started;
    },
    async regenerate(who, id, messageId) {
      mayBegin(who.userId);
      const { record, choice, transcript } = await begun(who, id);
      const { parentId, by } = messageOf(transcript, messageId);
      if (by !== "model") throw new AppError("MESSAGE_UNKNOWN", "this is no answer of a model");
      const answer = { id: randomUUID(), parentId, role: "assistant", by: "model", model: choice } as const;
      return runs.start({ who, record, answer, work: workOf(who, record, choice) });
    },
    async goOn(who, id, messageId) {
      mayBegin(who.userId);
      const { record, choice, transcript } = await begun(who, id);
      const message = messageOf(transcript, messageId);
      if (message.by !== "model" || message.state === "done" || message.id !== transcript.head)
        throw new AppError("MESSAGE_UNKNOWN", "only the last answer can be continued, when it broke off");
      return runs.start({ who, record, answer: { goesOn: message }, work: workOf(who, record, message.model ?? choice) });
    },
  };
}

/** What the person should know of the picked servers before the answer. */
function noticesOf({ missing, changed }: TurnTools): ChatPart[] {
  const missed = missing.map(({ server, error }): ChatPart => ({ type: "error", error: { ...chatError(error), server } }));
  const said = changed.map(({ server, seen: { version, text, before } }): ChatPart => {
    const words = `"${server}" tells models something else than before about the use of its tools (version ${version}).`;
    return { type: "notice", notice: "instructions", server, text: words, change: { before: before ?? "", after: text } };
  });
  return [...missed, ...said];
}

function messageOf({ messages }: Transcript, id: string): ChatMessage {
  const found = messages.find((message) => message.id === id);
  if (found === undefined) throw new AppError("MESSAGE_UNKNOWN", "there is no such message in this conversation");
  return found;
}

function repeated({ messages }: Transcript, conversationId: string, messageId: string): Omit<RunStarted, "seq"> | null {
  const answer = messages.find(({ parentId }) => parentId === messageId);
  if (answer === undefined && messages.some(({ id }) => id === messageId))
    throw new AppError("REQUEST_INVALID", "this `messageId` is taken in this conversation");
  return answer === undefined ? null : { conversationId, messageId, answerId: answer.id };
}

async function resourcePart(
  { catalogues, directory }: Pick<ChatServiceOptions, "catalogues" | "directory">,
  who: Principal,
  { server, uri }: { server: string; uri: string },
): Promise<ChatPart> {
  if (!directory.get(who, server).chatMenu) throw notInChat(server);
  const { contents } = (await catalogues.readResource({ who, server }, uri)) as {
    contents?: readonly { text?: unknown; mimeType?: unknown; blob?: unknown }[];
  };
  const texts = (contents ?? []).map(({ text }) => (typeof text === "string" ? text : "(binary content)"));
  const mediaType = contents?.[0]?.mimeType;
  return { type: "resource", server, uri, mediaType: typeof mediaType === "string" ? mediaType : null, text: texts.join("\n\n") };
}

/** A title that could not be made is no failure of the answer. */
async function quietly(logger: Logger, work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => logger.info({ err: error }, "a conversation could not be given a title"));
}
