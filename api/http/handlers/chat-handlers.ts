import type { ModelChoice } from "../../../schemas/chat-wire.ts";
import type { CHAT_ROUTES } from "../../../schemas/routes/chat-routes.ts";
import type { CHAT_RUN_ROUTES } from "../../../schemas/routes/chat-run-routes.ts";
import type { SaidMessage } from "../../chat/chat-service.ts";
import type { ConversationPick } from "../../chat/conversations.ts";
import { exportMarkdown } from "../../chat/export-markdown.ts";
import type { Chat } from "../../chat/open-chat.ts";
import type { Principal } from "../../ports/identity.ts";
import type { HandlersFor } from "../handler.ts";

type ConversationHandlerParts = Pick<Chat, "conversations" | "models">;

const DEFAULT_PAGE = 50;
const SUCCESS = { body: { success: true } };

/** Conversations: what is kept, found, renamed and taken out. */
function conversationHandlers({ conversations, models }: ConversationHandlerParts): HandlersFor<typeof CHAT_ROUTES> {
  const checked = async (who: Principal, body: unknown) => {
    const { model } = body as { model?: ModelChoice | null };
    if (model !== undefined && model !== null) await models.check(who, model);
  };
  return {
    conversations: async ({ who, query }) => {
      const { limit = DEFAULT_PAGE, before, search } = query;
      return { body: await conversations.page(who, { limit: Number(limit), before, search }) };
    },
    createConversation: async ({ who, body }) => {
      await checked(who, body);
      return { body: await conversations.create(who, body as ConversationPick) };
    },
    conversation: async ({ who, params }) => ({ body: await conversations.snapshot(who, params.id ?? "") }),
    changeConversation: async ({ who, params, body }) => {
      await checked(who, body);
      return { body: await conversations.change(who, params.id ?? "", body as ConversationPick & { head?: string }) };
    },
    deleteConversation: async ({ who, params }) => {
      await conversations.remove(who, params.id ?? "");
      return SUCCESS;
    },
    conversationEvents: async ({ who, params, query }) => {
      const log = await conversations.log(who, params.id ?? "");
      const events = await log.since(Number(query.after ?? 0));
      return { body: { events, seq: events.at(-1)?.seq ?? log.seq } };
    },
    exportConversation: async ({ who, params }) => ({
      body: { ...(await conversations.whole(who, params.id ?? "")), exportedAt: Date.now() },
    }),
    exportConversationText: async ({ who, params }) => {
      const { conversation, transcript } = await conversations.whole(who, params.id ?? "");
      return { body: exportMarkdown(conversation.title, transcript), contentType: "text/plain" };
    },
    messagePart: async ({ who, params }) => {
      const place = { messageId: params.messageId ?? "", index: Number(params.index) };
      return { body: await conversations.part(who, params.id ?? "", place) };
    },
  };
}

/** Models, and answers that are being made. */
function runHandlers({ conversations, models, service, console, runs }: Chat): HandlersFor<typeof CHAT_RUN_ROUTES> {
  return {
    chatModels: async ({ who }) => ({ body: await models.view(who) }),
    saveModelKey: async ({ who, params, body }) => {
      await models.saveKey(who, params.endpoint ?? "", body as { apiKey?: string; baseUrl?: string });
      return SUCCESS;
    },
    removeModelKey: async ({ who, params }) => {
      await models.removeKey(who, params.endpoint ?? "");
      return SUCCESS;
    },
    sendMessage: async ({ who, params, body }) => ({ body: await service.send(who, params.id ?? "", body as SaidMessage) }),
    regenerate: async ({ who, params, body }) => ({
      body: await service.regenerate(who, params.id ?? "", (body as { messageId: string }).messageId),
    }),
    continueAnswer: async ({ who, params, body }) => ({
      body: await service.goOn(who, params.id ?? "", (body as { messageId: string }).messageId),
    }),
    stopAnswer: async ({ who, params }) => {
      const { id } = await conversations.get(who, params.id ?? "");
      await runs.stop(id);
      return SUCCESS;
    },
    consoleCall: async ({ who, params, body }) => ({
      body: await console.call(who, params.id ?? "", body as Parameters<typeof console.call>[2]),
    }),
    consolePrompt: async ({ who, params, body }) => ({
      body: await console.prompt(who, params.id ?? "", body as Parameters<typeof console.prompt>[2]),
    }),
  };
}

/** Everything of the chat. */
export function chatHandlers(chat: Chat): HandlersFor<typeof CHAT_ROUTES & typeof CHAT_RUN_ROUTES> {
  return { ...conversationHandlers(chat), ...runHandlers(chat) };
}
