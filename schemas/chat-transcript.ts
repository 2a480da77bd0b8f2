import type { ChatEvent, ChatMessage, ChatPart, Transcript } from "./chat-wire.ts";

export const EMPTY_TRANSCRIPT: Transcript = { messages: [], head: null };

/**
 * What both sides make of an event. Pure; an event that is known already, in whole or in part, adds only what is new:
 * applying a list twice is as good as once.
 */
export function applyChatEvent(transcript: Transcript, event: ChatEvent): Transcript {
  switch (event.type) {
    case "message": {
      if (transcript.messages.some(({ id }) => id === event.message.id)) return transcript;
      const begun: ChatMessage = { ...event.message, state: "running", parts: [], usage: null };
      return { messages: [...transcript.messages, begun], head: begun.id };
    }
    case "head":
      return { ...transcript, head: event.messageId };
    case "state":
      return changed(transcript, event.messageId, (message) => ({ ...message, state: event.state, usage: event.usage }));
    case "part":
      return changed(transcript, event.messageId, (message) => withPart(message, event.part, event.value));
    case "delta":
      return changed(transcript, event.messageId, (message) => {
        const known = message.parts[event.part];
        if (known === undefined) return withPart(message, event.part, { type: event.kind, text: event.text });
        if (known.type !== event.kind) return message;
        const grown = { type: event.kind, text: known.text.slice(0, event.offset) + event.text };
        return grown.text.length <= known.text.length ? message : { ...message, parts: message.parts.with(event.part, grown) };
      });
  }
}

/** From the first message to `head`: the branch that is shown. */
export function branchOf({ messages, head }: Transcript): readonly ChatMessage[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const branch: ChatMessage[] = [];
  for (let at = byId.get(head ?? ""); at !== undefined; at = byId.get(at.parentId ?? "")) {
    branch.push(at);
    byId.delete(at.id);
  }
  return branch.reverse();
}

function withPart(message: ChatMessage, index: number, value: ChatPart): ChatMessage {
  return index < message.parts.length ? message : { ...message, parts: [...message.parts, value] };
}

function changed(transcript: Transcript, id: string, change: (message: ChatMessage) => ChatMessage): Transcript {
  const at = transcript.messages.findLastIndex((message) => message.id === id);
  const message = transcript.messages[at];
  return message === undefined ? transcript : { ...transcript, messages: transcript.messages.with(at, change(message)) };
}
