import type { ChatEvent, ConversationSnapshot } from "../../../../schemas/chat-wire.ts";
import type { Live } from "../../lib/live.ts";
import { type Followed, isBehind, NOTHING_FOLLOWED, withEvents, withMissed, withSnapshot } from "./conversation-state.ts";

export interface Following {
  /** Asks for the whole again: after a failure. */
  retry(): void;
  close(): void;
}

export interface FollowOptions {
  conversationId: string;
  live: Pick<Live, "on">;
  readSnapshot(signal: AbortSignal): Promise<ConversationSnapshot>;
  readMissed(after: number, signal: AbortSignal): Promise<{ events: readonly ChatEvent[]; seq: number }>;
  /** At most once a frame. */
  onChange(state: Followed): void;
  onSnapshot(snapshot: ConversationSnapshot): void;
  onFailure(error: unknown): void;
  /** Calls back once, before the next picture. Answers how to call it off. */
  nextFrame(draw: () => void): () => void;
}

/**
 * Keeps a tab at what the server knows of one conversation: a snapshot, live events above it; what is missing is asked for.
 * After the line was away the whole is read again, because a server that was killed may have numbered anew what was never
 * stored.
 */
export function followConversation(options: FollowOptions): Following {
  const { conversationId, live, readSnapshot, readMissed, onChange, onSnapshot, onFailure, nextFrame } = options;
  let state = NOTHING_FOLLOWED;
  let waiting: ChatEvent[] = [];
  let cancelFrame: (() => void) | null = null;
  let reading = new AbortController();
  let isAsking = false;
  let isReading = false;

  const show = (next: Followed) => {
    if (next === state) return;
    state = next;
    onChange(state);
  };
  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    const { signal } = reading;
    try {
      const missed = await readMissed(state.seq, signal);
      if (signal.aborted) return;
      isAsking = false;
      show(withMissed(state, missed));
      // What was heard is none of what is stored: the numbers are of another life of the server.
      if (isBehind(state)) void start();
    } catch (error) {
      if (signal.aborted) return;
      isAsking = false;
      onFailure(error);
    }
  };
  const start = async () => {
    reading.abort();
    reading = new AbortController();
    const { signal } = reading;
    isAsking = false;
    // What is heard meanwhile waits: applied to what was known before, the snapshot would take it away again.
    isReading = true;
    try {
      const snapshot = await readSnapshot(signal);
      if (signal.aborted) return;
      isReading = false;
      onSnapshot(snapshot);
      show(withSnapshot({ ...state, ahead: [] }, snapshot));
      draw();
    } catch (error) {
      if (!signal.aborted) onFailure(error);
    }
  };
  const draw = () => {
    cancelFrame?.();
    cancelFrame = null;
    if (isReading) return;
    const events = waiting;
    waiting = [];
    show(withEvents(state, events));
    if (isBehind(state)) void ask();
  };
  const stopHearing = live.on("chatEvent", (news) => {
    if (news.conversationId !== conversationId) return;
    waiting.push(news.event);
    cancelFrame ??= nextFrame(draw);
  });
  const stopBack = live.on("back", () => {
    waiting = [];
    void start();
  });
  void start();
  return {
    retry: () => void start(),
    close() {
      stopHearing();
      stopBack();
      cancelFrame?.();
      reading.abort();
    },
  };
}
