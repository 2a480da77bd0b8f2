import type { ChatMessage, Transcript } from "../../../../schemas/chat-wire.ts";

/** Messages that stand in one place, oldest first; the message itself is among them. */
export function siblingsOf({ messages }: Transcript, { parentId, role }: ChatMessage): readonly ChatMessage[] {
  return messages.filter((each) => each.parentId === parentId && each.role === role);
}

/** The last message of the branch that goes through this one: at each fork the newest way. */
export function leafOf({ messages }: Transcript, id: string): string {
  let at = id;
  for (let turn = 0; turn < messages.length; turn += 1) {
    const child = messages.findLast(({ parentId }) => parentId === at);
    if (child === undefined) break;
    at = child.id;
  }
  return at;
}
