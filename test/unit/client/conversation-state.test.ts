import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isBehind,
  NOTHING_FOLLOWED,
  withEvents,
  withMissed,
  withSnapshot,
} from "../../../client/src/features/chat/conversation-state.ts";
import { applyChatEvent, EMPTY_TRANSCRIPT } from "../../../schemas/chat-transcript.ts";
import type { ChatEvent, MessageHead, Transcript } from "../../../schemas/chat-wire.ts";

const head: MessageHead = { id: "a", parentId: null, role: "assistant", by: "model", model: null, createdAt: 1 };
const WORDS = ["One ", "two ", "three ", "four ", "five "];

/** A message, its words one by one, its end: 1 … 7. */
const EVENTS: readonly ChatEvent[] = [
  { seq: 1, type: "message", message: head },
  ...WORDS.map((text, at): ChatEvent => {
    const offset = WORDS.slice(0, at).join("").length;
    return { seq: at + 2, type: "delta", messageId: "a", part: 0, kind: "text", offset, text };
  }),
  { seq: 7, type: "state", messageId: "a", state: "done", usage: null },
];
const WHOLE = EVENTS.reduce(applyChatEvent, EMPTY_TRANSCRIPT);
const upTo = (seq: number): { transcript: Transcript; seq: number } => ({
  transcript: EVENTS.slice(0, seq).reduce(applyChatEvent, EMPTY_TRANSCRIPT),
  seq,
});
/** As the server stores them: pieces of one text are one, with the number of the last. */
const mergedAfter = (seq: number): ChatEvent[] => {
  const deltas = EVENTS.filter((event) => event.type === "delta" && event.seq > seq) as Extract<ChatEvent, { type: "delta" }>[];
  const [first] = deltas;
  const last = deltas.at(-1);
  const others = EVENTS.filter((event) => event.type !== "delta" && event.seq > seq);
  if (first === undefined || last === undefined) return others;
  const merged: ChatEvent = { ...first, seq: last.seq, text: deltas.map(({ text }) => text).join("") };
  return [...others.filter((event) => event.seq < last.seq), merged, ...others.filter((event) => event.seq > last.seq)];
};

describe("what a tab knows of a conversation", () => {
  it("applies what follows the snapshot, and nothing twice", () => {
    const begun = withSnapshot(NOTHING_FOLLOWED, upTo(3));
    const known = withEvents(withEvents(begun, EVENTS.slice(1, 5)), EVENTS.slice(3));
    expect(known).toEqual({ transcript: WHOLE, seq: 7, ahead: [] });
  });

  it("keeps what was heard before the snapshot came", () => {
    const early = withEvents(NOTHING_FOLLOWED, EVENTS.slice(3));
    expect(isBehind(early)).toBe(false);
    expect(withSnapshot(early, upTo(4))).toEqual({ transcript: WHOLE, seq: 7, ahead: [] });
  });

  it("shows nothing behind a gap, and all of it when the gap is filled with merged events", () => {
    const gap = withEvents(withSnapshot(NOTHING_FOLLOWED, upTo(2)), [...EVENTS.slice(4, 5), ...EVENTS.slice(6)]);
    expect(isBehind(gap)).toBe(true);
    expect(gap.transcript).toEqual(upTo(2).transcript);
    expect(withMissed(gap, { events: mergedAfter(2), seq: 7 })).toEqual({ transcript: WHOLE, seq: 7, ahead: [] });
  });

  it("keeps messages that did not change as the same objects, so that they are not drawn anew", () => {
    const known = withEvents(withSnapshot(NOTHING_FOLLOWED, upTo(0)), EVENTS);
    const again = withSnapshot(known, structuredClone(upTo(7)));
    expect(again.transcript?.messages[0]).toBe(known.transcript?.messages[0]);
    const more: ChatEvent[] = [
      { seq: 8, type: "message", message: { ...head, id: "b", parentId: "a" } },
      { seq: 9, type: "delta", messageId: "b", part: 0, kind: "text", offset: 0, text: "x" },
    ];
    expect(withEvents(again, more).transcript?.messages[0]).toBe(known.transcript?.messages[0]);
  });

  it("loses no token and doubles none, whatever is lost, late, repeated or out of order", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("live" as const), at: fc.nat(EVENTS.length - 1) }),
      fc.record({ kind: fc.constant("missed" as const), at: fc.constant(0) }),
      fc.record({ kind: fc.constant("snapshot" as const), at: fc.nat(EVENTS.length) }),
    );
    fc.assert(
      fc.property(fc.nat(7), fc.array(step, { maxLength: 30 }), (first, steps) => {
        let known = withSnapshot(NOTHING_FOLLOWED, upTo(first));
        for (const { kind, at } of steps) {
          if (kind === "live") known = withEvents(known, EVENTS.slice(at, at + 1));
          else if (kind === "missed") known = withMissed(known, { events: mergedAfter(known.seq), seq: 7 });
          else known = withSnapshot(known, upTo(at));
          expect(known.transcript).toEqual(upTo(known.seq).transcript);
        }
        known = withMissed(known, { events: mergedAfter(known.seq), seq: 7 });
        expect(known).toEqual({ transcript: WHOLE, seq: 7, ahead: [] });
      }),
    );
  });
});
