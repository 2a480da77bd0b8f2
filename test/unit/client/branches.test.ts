import { describe, expect, it } from "vitest";
import { leafOf, siblingsOf } from "../../../client/src/features/chat/branches.ts";
import type { ChatMessage } from "../../../schemas/chat-wire.ts";

const message = (id: string, parentId: string | null, role: "user" | "assistant" = "assistant"): ChatMessage => ({
  ...{ id, parentId, role, by: role === "user" ? "person" : "model", model: null, createdAt: 1 },
  ...{ state: "done", parts: [], usage: null },
});
/** A question with two answers; the first of them goes on, and what was said there has been edited. */
const messages = [
  message("q", null, "user"),
  message("a1", "q"),
  message("a2", "q"),
  message("q2", "a1", "user"),
  message("b", "q2"),
  message("q2-edited", "a1", "user"),
  message("c", "q2-edited"),
];
const transcript = { messages, head: "c" };
const byId = (id: string) => messages.find((each) => each.id === id) as ChatMessage;

describe("branches", () => {
  it("messages in one place are siblings, oldest first", () => {
    expect(siblingsOf(transcript, byId("a2")).map(({ id }) => id)).toEqual(["a1", "a2"]);
    expect(siblingsOf(transcript, byId("q2")).map(({ id }) => id)).toEqual(["q2", "q2-edited"]);
    expect(siblingsOf(transcript, byId("q")).map(({ id }) => id)).toEqual(["q"]);
  });

  it("the end of a branch is reached by the newest way at each fork", () => {
    expect(leafOf(transcript, "a1")).toBe("c");
    expect(leafOf(transcript, "q2")).toBe("b");
    expect(leafOf(transcript, "a2")).toBe("a2");
  });

  it("messages that follow each other in a circle end as well", () => {
    const circle = { messages: [message("x", "y"), message("y", "x")], head: "x" };
    expect(["x", "y"]).toContain(leafOf(circle, "x"));
  });
});
