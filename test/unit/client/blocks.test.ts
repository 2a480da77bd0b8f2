import { describe, expect, it } from "vitest";
import { type Block, blocksOf, type CallView } from "../../../client/src/features/chat/blocks.ts";
import type { ChatMessage, ChatPart } from "../../../schemas/chat-wire.ts";

type PartOf<Type extends ChatPart["type"]> = Extract<ChatPart, { type: Type }>;

const call = (callId: string, more: Partial<PartOf<"tool_call">> = {}): ChatPart => ({
  type: "tool_call",
  callId,
  server: "notes",
  tool: "send",
  arguments: { to: "bob" },
  by: "model",
  at: 1,
  ...more,
});
const result = (callId: string, more: Partial<PartOf<"tool_result">> = {}): ChatPart => ({
  type: "tool_result",
  callId,
  state: "done",
  isError: false,
  content: [{ type: "text", text: callId }],
  structuredContent: null,
  durationMs: 5,
  error: null,
  ...more,
});
const asked = (callId: string, approvalId = `of ${callId}`): ChatPart => ({
  type: "approval_asked",
  approvalId,
  callId,
  reason: "it asks",
  at: 2,
});
const answered = (callId: string, answer: PartOf<"approval_answered">["answer"] = "approved"): ChatPart => ({
  type: "approval_answered",
  approvalId: `of ${callId}`,
  callId,
  answer,
  at: 3,
});
const text = (words: string): ChatPart => ({ type: "text", text: words });

const blocks = (parts: readonly ChatPart[], state: ChatMessage["state"] = "done", by: ChatMessage["by"] = "model") =>
  blocksOf({ parts, state, by });
const callsOf = (block: Block | undefined): readonly CallView[] => {
  if (block?.kind !== "toolGroup") throw new Error("no group of calls");
  return block.calls;
};
const stateOf = (...args: Parameters<typeof blocks>) => callsOf(blocks(...args)[0])[0]?.state;

describe("what a message shows", () => {
  it("is its texts, reasoning, images, attachments and errors, in order, with their places", () => {
    const image = { type: "image", mediaType: "image/png", data: "AA==" } as const;
    const prompt = { type: "prompt", server: "notes", prompt: "hi", arguments: {}, messages: [] } as const;
    const error = { code: "CHAT_LIMIT", message: "m", next: "n", retryable: false } as const;
    const parts = [
      { type: "reasoning", text: "hm" } as const,
      text("a"),
      text(""),
      image,
      prompt,
      { type: "error", error } as const,
    ];
    expect(blocks(parts)).toEqual([
      { index: 0, kind: "reasoning", text: "hm" },
      { index: 1, kind: "text", text: "a" },
      { index: 3, kind: "image", image },
      { index: 4, kind: "attached", attached: prompt },
      { index: 5, kind: "error", error },
    ]);
  });

  it("joins a call with its question, the answer to it and its result, wherever they stand", () => {
    const parts = [call("a"), call("b"), asked("a"), result("b"), answered("a", "edited"), result("a")];
    const shown = blocks(parts);
    expect(shown).toHaveLength(1);
    expect(callsOf(shown[0])).toEqual([
      { call: parts[0], asked: parts[2], answered: parts[4], result: parts[5], resultIndex: 5, state: "done" },
      { call: parts[1], asked: null, answered: null, result: parts[3], resultIndex: 3, state: "done" },
    ]);
  });

  it("begins another group of calls after words, not after results", () => {
    const parts = [call("a"), result("a"), call("b"), result("b"), text("so"), call("c"), result("c")];
    expect(blocks(parts).map((block) => (block.kind === "toolGroup" ? block.calls.length : block.kind))).toEqual([2, "text", 1]);
  });

  it("keeps an answer to an earlier question apart from one that is put again", () => {
    const parts = [call("a"), asked("a"), answered("a"), asked("a", "another")];
    expect(callsOf(blocks(parts, "running")[0])[0]).toMatchObject({ answered: null, state: "waiting" });
  });

  it("says where a stop was gone on from", () => {
    const stopped = { type: "stopped", by: "restart" } as const;
    expect(blocks([text("a"), stopped], "interrupted")).toContainEqual({
      index: 1,
      kind: "stopped",
      by: "restart",
      wentOn: false,
    });
    expect(blocks([text("a"), stopped], "running")).toContainEqual({ index: 1, kind: "stopped", by: "restart", wentOn: true });
    expect(blocks([text("a"), stopped, text("b")])).toContainEqual({ index: 1, kind: "stopped", by: "restart", wentOn: true });
  });
});

describe("the state of a call", () => {
  it("is that of its result", () => {
    for (const state of ["done", "failed", "cancelled", "unknown", "refused"] as const)
      expect(stateOf([call("a"), result("a", { state })])).toBe(state);
  });

  it("is running or waiting while the message is made", () => {
    expect(stateOf([call("a")], "running")).toBe("running");
    expect(stateOf([call("a"), asked("a")], "running")).toBe("waiting");
    expect(stateOf([call("a"), asked("a"), answered("a")], "running")).toBe("running");
  });

  it("still waits after a restart where the answer can be continued, and nowhere else", () => {
    expect(stateOf([call("a"), asked("a")], "interrupted")).toBe("waiting");
    expect(stateOf([call("a"), asked("a")], "interrupted", "console")).toBe("cancelled");
    expect(stateOf([call("a"), asked("a")], "failed")).toBe("cancelled");
  });

  it("is unknown where a call left and nothing came back", () => {
    expect(stateOf([call("a")], "interrupted")).toBe("unknown");
    expect(stateOf([call("a"), asked("a"), answered("a")], "interrupted")).toBe("unknown");
  });
});
