import type { ChatEvent, ChatPart, Transcript } from "../../schemas/chat-wire.ts";

/** Results beyond this are fetched on demand. */
const MAX_SENT_BYTES = 32 * 1024;
const sizes = new WeakMap<object, number>();

function sizeOf(part: ChatPart): number {
  const known = sizes.get(part) ?? Buffer.byteLength(JSON.stringify(part));
  sizes.set(part, known);
  return known;
}

/** A part as it is sent along: a large result without its content, with its size instead. */
function sentPart(part: ChatPart): ChatPart {
  if (part.type !== "tool_result" || sizeOf(part) <= MAX_SENT_BYTES) return part;
  return { ...part, content: [], structuredContent: null, omittedBytes: sizeOf(part) };
}

export function sentEvent(event: ChatEvent): ChatEvent {
  return event.type === "part" ? { ...event, value: sentPart(event.value) } : event;
}

export function sentTranscript({ messages, head }: Transcript): Transcript {
  return { messages: messages.map((message) => ({ ...message, parts: message.parts.map(sentPart) })), head };
}
