import { useState } from "react";
import type { ApiError } from "../../lib/api-client.ts";
import { randomId } from "../../lib/random-id.ts";
import { asApiError } from "../../lib/use-request.ts";
import { type ConversationPick, createConversation, type NewMessage, sendMessage } from "./chat-api.ts";

/** A message on its way: it is shown at once, and stays until the server has said it. */
export interface Outgoing {
  /** Null: its conversation is not there yet. */
  conversationId: string | null;
  message: NewMessage;
  /** Why it did not go out; sent again, it is still said once. */
  error: ApiError | null;
}

export interface Outbox {
  outgoing: Outgoing | null;
  send(conversationId: string | null, message: Omit<NewMessage, "messageId">): void;
  sendAgain(): void;
  /** Takes it back. */
  discard(): void;
}

interface OutboxOptions {
  /** What a conversation that begins with a message is made with. */
  pick: ConversationPick;
  /** A conversation was made for the message. */
  onBegun(conversationId: string): void;
}

export function useOutbox({ pick, onBegun }: OutboxOptions): Outbox {
  const [outgoing, setOutgoing] = useState<Outgoing | null>(null);
  const post = async (first: Outgoing) => {
    let now: Outgoing = { ...first, error: null };
    setOutgoing(now);
    try {
      if (now.conversationId === null) {
        const { id } = await createConversation(pick);
        now = { ...now, conversationId: id };
        setOutgoing(now);
        onBegun(id);
      }
      // It stays here until the transcript has it, which is told by another way and may be later than the answer.
      await sendMessage(now.conversationId ?? "", now.message);
    } catch (error) {
      setOutgoing((known) => (known?.message === now.message ? { ...now, error: asApiError(error) } : known));
    }
  };
  return {
    outgoing,
    send: (conversationId, message) => void post({ conversationId, message: { ...message, messageId: randomId() }, error: null }),
    sendAgain: () => {
      if (outgoing !== null) void post(outgoing);
    },
    discard: () => setOutgoing(null),
  };
}
