import { expect, it } from "vitest";
import type { Followed } from "../../../client/src/features/chat/conversation-state.ts";
import { type Following, followConversation } from "../../../client/src/features/chat/follow-conversation.ts";
import type { LiveEvents } from "../../../client/src/lib/live.ts";
import { applyChatEvent, EMPTY_TRANSCRIPT } from "../../../schemas/chat-transcript.ts";
import type { ChatEvent, ConversationSnapshot, MessageHead } from "../../../schemas/chat-wire.ts";

const head: MessageHead = { id: "a", parentId: null, role: "assistant", by: "model", model: null, createdAt: 1 };
const word = (seq: number): ChatEvent => ({
  seq,
  type: "delta",
  messageId: "a",
  part: 0,
  kind: "text",
  offset: (seq - 2) * 2,
  text: `${seq} `,
});
const EVENTS: readonly ChatEvent[] = [{ seq: 1, type: "message", message: head }, ...[2, 3, 4, 5, 6].map(word)];
const conversation = { id: "c", title: "t", servers: [], model: null, createdAt: 1, updatedAt: 1, isRunning: true };

/** A server with a log of events, and a tab whose requests and frames the test lets through. */
function tab() {
  const log = { seq: 0 };
  const requests: { kind: "snapshot" | "missed"; let: () => void }[] = [];
  const frames: (() => void)[] = [];
  const heard: { [K in keyof LiveEvents]?: LiveEvents[K] } = {};
  const seen: Followed[] = [];
  const request = <T>(kind: "snapshot" | "missed", answer: () => T) =>
    new Promise<T>((resolve) => requests.push({ kind, let: () => resolve(answer()) }));
  const following: Following = followConversation({
    conversationId: "c",
    live: {
      on(event, listener) {
        heard[event] = listener;
        return () => delete heard[event];
      },
    },
    readSnapshot: () =>
      request("snapshot", (): ConversationSnapshot => {
        const transcript = EVENTS.slice(0, log.seq).reduce(applyChatEvent, EMPTY_TRANSCRIPT);
        return { conversation, transcript, seq: log.seq };
      }),
    readMissed: (after) => request("missed", () => ({ events: EVENTS.slice(after, log.seq), seq: log.seq })),
    onChange: (state) => seen.push(state),
    onSnapshot: () => {},
    onFailure: (error) => {
      throw error;
    },
    nextFrame: (draw) => {
      frames.push(draw);
      return () => frames.splice(frames.indexOf(draw), 1);
    },
  });
  return {
    log,
    requests,
    frames,
    seen,
    following,
    say: (...seqs: number[]) => {
      for (const seq of seqs) heard.chatEvent?.({ conversationId: "c", event: EVENTS[seq - 1] as ChatEvent });
    },
    back: () => heard.back?.(),
    draw: () => {
      for (const frame of frames.splice(0)) frame();
    },
    answer: async () => {
      requests.shift()?.let();
      await new Promise((resolve) => setImmediate(resolve));
    },
    text: () => JSON.stringify(seen.at(-1)?.transcript?.messages[0]?.parts[0] ?? null),
  };
}

it("draws many live events in one frame", async () => {
  const page = tab();
  page.log.seq = 1;
  await page.answer();
  const before = page.seen.length;
  page.say(2, 3, 4);
  expect([page.frames.length, page.seen.length]).toEqual([1, before]);
  page.draw();
  expect(page.seen.length).toBe(before + 1);
  expect(page.text()).toContain("2 3 4 ");
  page.following.close();
});

it("asks for what it missed at a gap, once, and goes on", async () => {
  const page = tab();
  page.log.seq = 2;
  await page.answer();
  page.log.seq = 6;
  page.say(5);
  page.draw();
  page.say(6);
  page.draw();
  expect(page.requests.map(({ kind }) => kind)).toEqual(["missed"]);
  await page.answer();
  expect(page.text()).toContain("2 3 4 5 6 ");
  expect(page.requests).toEqual([]);
  page.following.close();
});

it("keeps what it hears while the snapshot that it asked for is still on its way", async () => {
  const page = tab();
  page.log.seq = 2;
  await page.answer();
  page.back();
  page.say(3, 4);
  page.draw();
  // As it stood before 3 was said.
  await page.answer();
  page.say(5, 6);
  page.draw();
  expect(page.text()).toContain("2 3 4 5 6 ");
  expect(page.requests).toEqual([]);
  page.following.close();
});

it("reads the whole anew after the line was away: a server that was killed may count from lower again", async () => {
  const page = tab();
  page.log.seq = 6;
  await page.answer();
  page.back();
  page.log.seq = 4;
  await page.answer();
  expect(page.seen.at(-1)?.seq).toBe(4);
  expect(page.text()).toContain('2 3 4 "');
  page.say(5);
  page.draw();
  expect(page.text()).toContain('2 3 4 5 "');
  page.following.close();
});

it("hears nothing more when it is closed", async () => {
  const page = tab();
  page.log.seq = 2;
  await page.answer();
  page.say(3);
  page.following.close();
  expect(page.frames).toEqual([]);
  page.say(4);
  expect(page.frames).toEqual([]);
});
