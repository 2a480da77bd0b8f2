import { useCallback, useEffect, useRef, useState } from "react";
import type { ConversationView, Transcript } from "../../../../schemas/chat-wire.ts";
import type { ApiError } from "../../lib/api-client.ts";
import type { Live } from "../../lib/live.ts";
import { useLiveEvent } from "../../lib/use-live-event.ts";
import { asApiError } from "../../lib/use-request.ts";
import { readConversation, readEvents } from "./chat-api.ts";
import { type Following, followConversation } from "./follow-conversation.ts";

export interface OpenConversation {
  /** Null until it is read. */
  conversation: ConversationView | null;
  transcript: Transcript | null;
  error: ApiError | null;
  retry(): void;
  /** What was changed here, before the server's own word comes. */
  note(conversation: ConversationView): void;
}

type Known = Pick<OpenConversation, "conversation" | "transcript" | "error">;
const NOTHING: Known = { conversation: null, transcript: null, error: null };

/** One conversation, kept at what the server knows. `id` null: there is none yet. */
export function useConversation(live: Live, id: string | null): OpenConversation {
  const [known, setKnown] = useState<Known & { id: string | null }>({ ...NOTHING, id });
  const following = useRef<Following | null>(null);
  /** Came while the whole was being read: newer than what that says. */
  const heard = useRef<ConversationView | null>(null);
  useEffect(() => {
    if (id === null) return;
    const set = (more: Partial<Known>) => setKnown((before) => ({ ...(before.id === id ? before : NOTHING), ...more, id }));
    const opened = followConversation({
      conversationId: id,
      live,
      readSnapshot(signal) {
        heard.current = null;
        return readConversation(id, signal);
      },
      readMissed: (after, signal) => readEvents(id, after, signal),
      onSnapshot: ({ conversation }) => set({ conversation: heard.current ?? conversation, error: null }),
      onChange: ({ transcript }) => set({ transcript, error: null }),
      onFailure: (error) => set({ error: asApiError(error) }),
      nextFrame,
    });
    following.current = opened;
    return () => opened.close();
  }, [live, id]);
  const note = useCallback(
    (conversation: ConversationView) => {
      if (conversation.id !== id) return;
      heard.current = conversation;
      setKnown((before) => (before.id === id ? { ...before, conversation } : before));
    },
    [id],
  );
  useLiveEvent(live, "conversation", note);
  const retry = useCallback(() => following.current?.retry(), []);
  return { ...(known.id === id ? known : NOTHING), retry, note };
}

/** A tab that is not seen draws nothing, and still has to hear. */
const UNSEEN_MS = 500;

function nextFrame(draw: () => void): () => void {
  const frame = requestAnimationFrame(draw);
  const timer = setTimeout(draw, UNSEEN_MS);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
