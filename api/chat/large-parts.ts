import type { ChatEvent, ChatPart, Transcript } from "../../schemas/chat-wire.ts";

/** Results, pictures and resources beyond this are fetched on demand. */
const MAX_SENT_BYTES = 32 * 1024;
const sizes = new WeakMap<object, number>();

function sizeOf(part: ChatPart): number {
  const known = sizes.get(part) ?? Buffer.byteLength(JSON.stringify(part));
  sizes.set(part, known);
  return known;
}

/** A part as it is sent along: what is large without its content, with its size instead. */
function sentPart(part: ChatPart): ChatPart {
  const isFetched = part.type === "tool_result" || part.type === "image" || part.type === "resource";
  if (!isFetched || sizeOf(part) <= MAX_SENT_BYTES) return part;
  const omittedBytes = sizeOf(part);
  if (part.type === "image") return { ...part, data: "", omittedBytes };
  if (part.type === "resource") return { ...part, text: "", omittedBytes };
  return { ...part, content: [], structuredContent: null, omittedBytes };
}

export function sentEvent(event: ChatEvent): ChatEvent {
  return event.type === "part" ? { ...event, value: sentPart(event.value) } : event;
}

export function sentTranscript({ messages, head }: Transcript): Transcript {
  return { messages: messages.map((message) => ({ ...message, parts: message.parts.map(sentPart) })), head };
}
