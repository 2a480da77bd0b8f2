import { applyChatEvent } from "../../../../schemas/chat-transcript.ts";
import type { ChatEvent, ChatMessage, ConversationSnapshot, Transcript } from "../../../../schemas/chat-wire.ts";

/** What a tab knows of one conversation's events. */
export interface Followed {
  /** Null: no snapshot yet. */
  transcript: Transcript | null;
  /** Everything up to this one is in the transcript. */
  seq: number;
  /** Heard, but something before them was not; in order, each once. */
  ahead: readonly ChatEvent[];
}

export const NOTHING_FOLLOWED: Followed = { transcript: null, seq: 0, ahead: [] };

/** Whether something between what is known and what was heard is missing: then ask for it. */
export function isBehind({ transcript, ahead }: Followed): boolean {
  return transcript !== null && ahead.length > 0;
}

/** The conversation as the server has it. What was heard above it stays; messages that did not change stay the same objects. */
export function withSnapshot(state: Followed, { transcript, seq }: Pick<ConversationSnapshot, "transcript" | "seq">): Followed {
  const known = new Map(state.transcript?.messages.map((message) => [message.id, message]));
  const messages = transcript.messages.map((message) => sameAs(known.get(message.id), message) ?? message);
  return caughtUp({ transcript: { ...transcript, messages }, seq, ahead: state.ahead });
}

/** Live events: those that follow are applied, those that are known are not, those that come too early wait. */
export function withEvents(state: Followed, events: readonly ChatEvent[]): Followed {
  const heard = events.filter(({ seq }) => seq > state.seq && !state.ahead.some((each) => each.seq === seq));
  if (heard.length === 0) return state;
  return caughtUp({ ...state, ahead: [...state.ahead, ...heard].toSorted((one, other) => one.seq - other.seq) });
}

/**
 * What the server has after a number that is known here. Stored events may be merged, so that numbers are missing between
 * them; they are complete up to `seq` all the same.
 */
export function withMissed(state: Followed, { events, seq }: { events: readonly ChatEvent[]; seq: number }): Followed {
  if (state.transcript === null) return state;
  const transcript = events.filter((event) => event.seq > state.seq).reduce(applyChatEvent, state.transcript);
  return caughtUp({ ...state, transcript, seq: Math.max(state.seq, seq) });
}

function caughtUp(state: Followed): Followed {
  if (state.transcript === null) return state;
  let { transcript, seq } = state;
  const ahead: ChatEvent[] = [];
  for (const event of state.ahead) {
    if (event.seq === seq + 1) {
      transcript = applyChatEvent(transcript, event);
      seq = event.seq;
    } else if (event.seq > seq) ahead.push(event);
  }
  return { transcript, seq, ahead };
}

/** The known object, when it says the same: a message that has ended only changes by being continued. */
function sameAs(known: ChatMessage | undefined, message: ChatMessage): ChatMessage | null {
  if (known === undefined || known.state !== message.state || known.state === "running") return null;
  return known.parts.length === message.parts.length ? known : null;
}
