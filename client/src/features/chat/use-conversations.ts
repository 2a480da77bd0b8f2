import { useCallback, useEffect, useRef, useState } from "react";
import type { ConversationView } from "../../../../schemas/chat-wire.ts";
import type { ApiError } from "../../lib/api-client.ts";
import type { Live } from "../../lib/live.ts";
import { useLiveEvent } from "../../lib/use-live-event.ts";
import { asApiError } from "../../lib/use-request.ts";
import { listConversations } from "./chat-api.ts";
import { withConversation } from "./conversation-order.ts";

export interface ConversationList {
  conversations: readonly ConversationView[];
  loading: boolean;
  error: ApiError | null;
  /** Null: these are all. */
  loadMore: (() => void) | null;
  reload(): void;
  /** What was changed here, before the server's own word comes. */
  note(conversation: ConversationView): void;
  noteRemoved(id: string): void;
}

type Conversations = readonly ConversationView[];
type Change = (list: Conversations) => Conversations;

interface State {
  search: string;
  conversations: readonly ConversationView[];
  next: string | null;
  loading: boolean;
  error: ApiError | null;
}

/** A person's conversations, as far as they were asked for, kept at what the server tells. */
export function useConversations(live: Live, search: string): ConversationList {
  const [state, setState] = useState<State>({ search, conversations: [], next: null, loading: true, error: null });
  const reading = useRef<AbortController | null>(null);
  /** Told while a page was being read: newer than what that says. */
  const heard = useRef<Change[] | null>(null);

  const load = useCallback(
    async (before?: string) => {
      reading.current?.abort();
      const abort = new AbortController();
      reading.current = abort;
      heard.current = [];
      setState((known) => ({ ...known, loading: true }));
      try {
        const page = await listConversations({ search, before }, abort.signal);
        if (abort.signal.aborted) return;
        const news = heard.current ?? [];
        heard.current = null;
        setState((known) => {
          const kept = before === undefined || known.search !== search ? [] : known.conversations;
          const added = page.conversations.filter(({ id }) => !kept.some((each) => each.id === id));
          const conversations = news.reduce<Conversations>((list, apply) => apply(list), [...kept, ...added]);
          return { search, conversations, next: page.next, loading: false, error: null };
        });
      } catch (error) {
        if (!abort.signal.aborted) setState((known) => ({ ...known, loading: false, error: asApiError(error) }));
      }
    },
    [search],
  );
  useEffect(() => {
    void load();
    return () => reading.current?.abort();
  }, [load]);
  const reload = useCallback(() => void load(), [load]);

  const change = useCallback((apply: Change) => {
    heard.current?.push(apply);
    setState((known) => ({ ...known, conversations: apply(known.conversations) }));
  }, []);
  const note = useCallback(
    (changed: ConversationView) => change((list) => withConversation(list, changed, { isNew: search === "" })),
    [change, search],
  );
  const noteRemoved = useCallback((removed: string) => change((list) => list.filter(({ id }) => id !== removed)), [change]);
  useLiveEvent(live, "conversation", note);
  useLiveEvent(live, "conversationRemoved", noteRemoved);
  useLiveEvent(live, "back", reload);

  const { next } = state;
  const loadMore = next === null ? null : () => void load(next);
  return { ...state, loadMore, reload, note, noteRemoved };
}
