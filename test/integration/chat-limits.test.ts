import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ChatMessage } from "../../schemas/chat-wire.ts";
import { type ChatWorld, chatWorld, endpointOf, talkOf, textOf } from "../support/chat-world.ts";
import { configText } from "../support/house.ts";

const errorOf = ({ parts }: ChatMessage) => parts.findLast((part) => part.type === "error")?.error;
const noticesOf = ({ parts }: ChatMessage) => parts.flatMap((part) => (part.type === "notice" ? [part.text] : []));
const call = (message: string) => ({ name: "echo_mcp_one", arguments: { message } });
const saidTo = (body: { messages: { role: string; content: string }[] }) => body.messages.map(({ content }) => content);

/** The operator edits the file while the house runs. */
async function rewrite({ house, model, ann, tools }: ChatWorld, limits: { endpoints?: object; chatLimits?: object }) {
  const base = endpointOf(model) as { endpoints: object };
  const more = { ...base, ...limits, endpoints: { ...base.endpoints, ...limits.endpoints } };
  const one = { type: "streamable-http", url: tools.url, toolApproval: { allow: ["*"] }, title: "Edited" };
  writeFileSync(house.configPath, configText({ one }, more));
  const title = async () => (await ann.ask("GET", "/api/mcp/servers")).body.one.title;
  await expect.poll(title, { timeout: 5_000 }).toBe("Edited");
}

describe("limits of the file", () => {
  it.each([
    ["steps", { endpoints: { agents: { recursionLimit: 2 } } }, [{ calls: [call("again")] }], "the model was asked 2 times"],
    [
      "steps, by the most there may be",
      { endpoints: { agents: { recursionLimit: 9, maxRecursionLimit: 3 } } },
      [{ calls: [call("again")] }],
      "asked 3 times",
    ],
    [
      "tokens of an answer",
      { chatLimits: { maxTotalTokens: 15 } },
      [{ text: "a b c d e f" }, { calls: [call("x")] }],
      "more than 15 tokens",
    ],
    ["tokens of a step", { chatLimits: { maxOutputTokens: 10 } }, [{ text: "word ".repeat(200) }], "limit of 10 tokens"],
    ["time", { chatLimits: { answerSeconds: 0.3 } }, [{ slow: Array(40).fill("a "), pauseMs: 50 }], "longer than 0 s"],
    ["silence", { chatLimits: { silenceSeconds: 0.3 } }, [{ slow: ["a ", "b"], pauseMs: 3_000 }], "said nothing for 0 s"],
    [
      "calls at once",
      { chatLimits: { maxCallsPerStep: 2 } },
      [{ calls: [call("a"), call("b"), call("c")] }],
      "more than 2 calls",
    ],
  ])("end an answer with their word: %s", async (_, limits, says, words) => {
    const world = await chatWorld();
    const { model, ann } = world;
    await rewrite(world, limits);
    model.script(...Array(12).fill(says));
    const answer = await (await talkOf(ann)).say("Go");
    expect(answer.state).toBe("failed");
    expect(errorOf(answer)?.message).toContain(words);
    expect(["CHAT_LIMIT", "MODEL_TIMEOUT"]).toContain(errorOf(answer)?.code);
  });

  it("refuse too large arguments and too many messages, each with its code", async () => {
    const world = await chatWorld();
    await rewrite(world, { chatLimits: { messagesPerMinute: 2 }, endpoints: { agents: { maxToolCallArgBytes: 50 } } });
    world.model.script([{ calls: [call("x".repeat(60))] }], [{ text: "Shorter, then." }]);
    const talk = await talkOf(world.ann);
    const answer = await talk.say("Go");
    expect(answer.parts.find((part) => part.type === "tool_result")).toMatchObject({
      error: { code: "CHAT_LIMIT", message: expect.stringContaining("50 is the limit") },
    });
    expect(world.tools.ledger.calls).toEqual([]);
    await talk.say("Again");
    const refused = await talk.ask("POST", "/messages", { text: "And again" });
    expect(refused).toMatchObject({ status: 429, body: { code: "RATE_LIMITED", message: expect.stringContaining("2 answers") } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

describe("a conversation that is longer than the model reads", () => {
  it("is trimmed by the file's word on the model, visibly, and its last message stays", async () => {
    const { model, ann } = await chatWorld({
      endpoint: { tokenConfig: { small: { prompt: 0, completion: 0, context: 1_000 } } },
    });
    const talk = await talkOf(ann, {});
    await talk.say(`first ${"x".repeat(1_200)}`);
    expect(noticesOf(await talk.say("second"))).toEqual([]);
    const third = await talk.say(`third ${"y".repeat(600)}`);
    expect(noticesOf(third)).toEqual([expect.stringContaining("It does not see the oldest message")]);
    expect(saidTo(model.asked.at(-1)?.body)[0]).toBe("second");
    const tooLong = await talk.say("z".repeat(3_000));
    expect(errorOf(tooLong)).toMatchObject({ code: "CHAT_LIMIT", message: expect.stringContaining("too long for small") });
  });

  it("is halved and sent again where the provider finds it too long, until it says so with words", async () => {
    const { model, ann } = await chatWorld();
    const talk = await talkOf(ann, {});
    for (const text of ["first", "second", "third"]) await talk.say(`${text} ${"x".repeat(600)}`);
    const full = { status: 400, body: JSON.stringify({ error: { code: "context_length_exceeded", message: "no" } }) };
    model.script(full, [{ text: "Now it fits." }]);
    const answer = await talk.say("fourth");
    expect([answer.state, textOf(answer)]).toEqual(["done", "Now it fits."]);
    expect(noticesOf(answer)).toHaveLength(1);
    expect(saidTo(model.asked.at(-1)?.body)[0]).not.toContain("first");
    model.script(full, full, full);
    expect(errorOf(await talk.say("fifth"))).toMatchObject({ code: "MODEL_CONTEXT_FULL" });
  });
});
