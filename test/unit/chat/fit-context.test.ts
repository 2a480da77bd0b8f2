import { describe, expect, it } from "vitest";
import { fitContext, tokensOf } from "../../../api/chat/fit-context.ts";
import type { ModelMessage } from "../../../api/chat/model-messages.ts";

const user = (text: string): ModelMessage => ({ role: "user", content: [{ type: "text", text }] });
const assistant = (text: string): ModelMessage => ({ role: "assistant", text, calls: [] });
const result = (text: string): ModelMessage => ({ role: "tool", results: [{ id: "1", name: "t", text, isError: false }] });
const system: ModelMessage = { role: "system", text: "rules" };
const long = "x".repeat(3_000);

describe("a conversation that is longer than a model can read", () => {
  it("loses whole turns, the oldest first, and never its rules or the last message", () => {
    const messages = [system, user(long), assistant(long), user(long), assistant("b"), user("c")];
    const whole = fitContext({ messages, tools: [] }, 10_000);
    expect(whole).toMatchObject({ messages, leftOut: 0, shortened: 0, tokens: tokensOf({ messages, tools: [] }) });
    expect(fitContext({ messages, tools: [] }, 2_000)).toMatchObject({
      messages: [system, user(long), assistant("b"), user("c")],
      leftOut: 1,
    });
    const least = fitContext({ messages, tools: [] }, 20);
    expect(least).toMatchObject({ messages: [system, user("c")], leftOut: 2 });
    expect(least.tokens).toBe(tokensOf({ messages: [system, user("c")], tools: [] }));
  });

  it("loses what the oldest results said, where the last turn alone is too long", () => {
    const messages = [user("go"), assistant(""), result("a".repeat(30_000)), assistant(""), result("b".repeat(30_000))];
    const fitted = fitContext({ messages, tools: [] }, 11_000);
    const texts = fitted.messages.flatMap((message) => (message.role === "tool" ? message.results.map(({ text }) => text) : []));
    expect(texts[0]).toMatch(/^a{1000}\n\n\(left out: 29000 more characters\)$/);
    expect(texts[1]).toHaveLength(30_000);
    expect(fitted.shortened).toBe(29_000);
    expect(fitted.tokens).toBeLessThanOrEqual(11_000);
  });

  it("counts the tools that are told of", () => {
    const tools = [{ name: "t", description: "d".repeat(6_000), inputSchema: {} }];
    expect(fitContext({ messages: [user("a"), user("b")], tools }, 2_000).leftOut).toBe(1);
  });
});
