import { useEffect, useMemo, useRef } from "react";
import { EMPTY_TRANSCRIPT } from "../../../../schemas/chat-transcript.ts";
import type { ChatMessage } from "../../../../schemas/chat-wire.ts";
import { asApiError } from "../../lib/use-request.ts";
import { toastFailure } from "../../ui/toast.ts";
import { leafOf } from "./branches.ts";
import { changeConversation, continueAnswer, type NewMessage, readImage, regenerate } from "./chat-api.ts";
import type { MessageDeeds } from "./message-actions.tsx";
import type { OpenConversation } from "./use-conversation.ts";
import type { Outbox } from "./use-outbox.ts";

interface MessageDeedsOptions {
  /** Null: there is no message yet. */
  id: string | null;
  open: OpenConversation;
  outbox: Outbox;
}

/** The same object for as long as the conversation is open, so that messages are not drawn anew for it. */
export function useMessageDeeds(options: MessageDeedsOptions): MessageDeeds {
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  return useMemo(() => {
    const attempt = (title: string, act: (id: string) => Promise<unknown>) => {
      const { id } = latest.current;
      if (id !== null) act(id).catch((error: unknown) => toastFailure({ about: "message", title, error: asApiError(error) }));
    };
    return {
      regenerate: (messageId) => attempt("It is not answered again", (id) => regenerate(id, messageId)),
      goOn: (messageId) => attempt("It does not go on", (id) => continueAnswer(id, messageId)),
      show: (messageId) =>
        attempt("The branch cannot be shown", (id) => {
          const head = leafOf(latest.current.open.transcript ?? EMPTY_TRANSCRIPT, messageId);
          return changeConversation(id, { head });
        }),
      edit: (message, text) =>
        attempt("It was not sent", async (id) => {
          const attached = await attachedTo(id, message);
          latest.current.outbox.send(id, { text, ...attached, parentId: message.parentId });
        }),
    };
  }, []);
}

/** What went with a message goes with its new words too. */
async function attachedTo(conversationId: string, message: ChatMessage): Promise<Pick<NewMessage, "images" | "resources">> {
  const { id: messageId, parts } = message;
  const images = await Promise.all(
    parts.flatMap((part, index) => {
      if (part.type !== "image") return [];
      return [part.data === "" ? readImage({ conversationId, messageId, index }) : Promise.resolve(part)];
    }),
  );
  return {
    images: images.map(({ mediaType, data }) => ({ mediaType, data })),
    resources: parts.flatMap((part) => (part.type === "resource" ? [{ server: part.server, uri: part.uri }] : [])),
  };
}
