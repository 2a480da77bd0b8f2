import type { CHAT_ROUTES } from "../../../schemas/routes/chat-routes.ts";
import type { ConversationPick, Conversations } from "../../chat/conversations.ts";
import { exportMarkdown } from "../../chat/export-markdown.ts";
import type { HandlersFor } from "../handler.ts";

export interface ChatHandlerParts {
  conversations: Conversations;
}

const DEFAULT_PAGE = 50;
const SUCCESS = { body: { success: true } };

/** Conversations: what is kept, found, renamed and taken out. */
export function chatHandlers({ conversations }: ChatHandlerParts): HandlersFor<typeof CHAT_ROUTES> {
  return {
    conversations: async ({ who, query }) => {
      const { limit = DEFAULT_PAGE, before, search } = query;
      return { body: await conversations.page(who, { limit: Number(limit), before, search }) };
    },
    createConversation: async ({ who, body }) => ({ body: await conversations.create(who, body as ConversationPick) }),
    conversation: async ({ who, params }) => ({ body: await conversations.snapshot(who, params.id ?? "") }),
    changeConversation: async ({ who, params, body }) => ({
      body: await conversations.change(who, params.id ?? "", body as ConversationPick & { head?: string }),
    }),
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
