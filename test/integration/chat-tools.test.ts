import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ChatMessage, ChatPart } from "../../schemas/chat-wire.ts";
import { chatWorld, talkAt, talkOf, textOf } from "../support/chat-world.ts";
import { cleanups } from "../support/clean-up.ts";
import { startHouse } from "../support/house.ts";

const call = (name: string, args: object = {}) => ({ name: `${name}_mcp_one`, arguments: args });
const typesOf = ({ parts }: ChatMessage) => parts.map(({ type }) => type);
const resultsOf = ({ parts }: ChatMessage) =>
  parts.filter((part): part is Extract<ChatPart, { type: "tool_result" }> => part.type === "tool_result");

describe("tools in the chat", () => {
  it("are told to the model, run at the same time, and their results go back to it", async () => {
    const { model, ann, tools } = await chatWorld();
    model.script(
      [{ text: "Let me look. " }, { calls: [call("slow", { ms: 600 }), call("slow", { ms: 600 })] }],
      [{ text: "Done." }],
    );
    const talk = await talkOf(ann);
    await talk.ask("POST", "/messages", { text: "Do both" });
    const running = () => tools.ledger.callsOf("slow").filter(({ outcome }) => outcome === "running");
    await expect.poll(() => running().length, { interval: 10 }).toBe(2);
    const answer = await talk.ended();
    expect(typesOf(answer)).toEqual(["text", "tool_call", "tool_call", "tool_result", "tool_result", "text"]);
    expect(textOf(answer)).toBe("Let me look. Done.");
    expect(resultsOf(answer).map(({ state }) => state)).toEqual(["done", "done"]);
    const [first, second] = model.asked.map(({ body }) => body);
    expect(first.tools.map(({ function: { name } }: { function: { name: string } }) => name)).toContain("echo_mcp_one");
    const told = second.messages.slice(1);
    expect(told.map(({ role }: { role: string }) => role)).toEqual(["assistant", "tool", "tool"]);
    expect(told[0].tool_calls).toHaveLength(2);
    expect(told[1].tool_call_id).toBe(told[0].tool_calls[0].id);
    const journal = (await ann.ask("GET", "/api/mcp/calls")).body.calls;
    expect(journal.map(({ state }: { state: string }) => state)).toEqual(["done", "done"]);
  });

  it("with broken, missing or too many arguments are told to the model as errors, and the answer goes on", async () => {
    const { model, ann } = await chatWorld({ chatLimits: { maxArgumentBytes: 200 } });
    const calls = [
      { name: "echo_mcp_one", argumentsText: '{"message": "no e' },
      { name: "nowhere_mcp_one", arguments: {} },
      call("echo", { message: 7 }),
      call("echo", { message: "x".repeat(300) }),
      { name: "echo_mcp_one", argumentsText: "[1]" },
    ];
    model.script([{ calls }], [{ text: "Sorry." }]);
    const answer = await (await talkOf(ann)).say("Go");
    const byCall = new Map(
      resultsOf(answer).map((result) => [result.callId, result.error?.code ?? (result.isError ? "isError" : result.state)]),
    );
    const codes = answer.parts.flatMap((part) => (part.type === "tool_call" ? [byCall.get(part.callId)] : []));
    expect(codes).toEqual([
      "TOOL_ARGUMENTS_INVALID",
      "TOOL_UNKNOWN",
      "TOOL_ARGUMENTS_INVALID",
      "CHAT_LIMIT",
      "TOOL_ARGUMENTS_INVALID",
    ]);
    expect([answer.state, textOf(answer)]).toEqual(["done", "Sorry."]);
    expect(JSON.stringify(model.asked[1]?.body.messages)).toContain("no JSON object");
  });

  it("end at the limit of steps with a clear word", async () => {
    const { model, ann } = await chatWorld({ chatLimits: { maxSteps: 3 } });
    model.script(...Array(5).fill([{ calls: [call("echo", { message: "again" })] }]));
    const answer = await (await talkOf(ann)).say("Go");
    expect(answer.parts.at(-1)).toMatchObject({ error: { code: "CHAT_LIMIT", message: expect.stringContaining("3 times") } });
    expect(model.asked).toHaveLength(3);
  });

  it("are cancelled when the answer is stopped", async () => {
    const { model, ann } = await chatWorld();
    model.script([{ calls: [call("slow", { ms: 20_000 })] }]);
    const talk = await talkOf(ann);
    await talk.ask("POST", "/messages", { text: "Go" });
    await expect.poll(async () => (await ann.ask("GET", "/api/mcp/calls")).body.calls.length).toBe(1);
    await talk.ask("POST", "/stop");
    const answer = await talk.ended();
    expect(answer.state).toBe("stopped");
    expect(resultsOf(answer)).toMatchObject([{ state: "cancelled" }]);
  });

  it("wait for the person where that is wanted: approved, edited, or refused with a reason", async () => {
    const { model, ann, tools } = await chatWorld({ server: { toolApproval: { ask: ["*"] } } });
    const calls = ["a", "b", "c"].map((message) => call("echo", { message }));
    model.script([{ calls }], [{ text: "Done." }]);
    const talk = await talkOf(ann);
    await talk.ask("POST", "/messages", { text: "Go" });
    const waiting = async () => (await ann.ask("GET", "/api/mcp/approvals")).body.approvals;
    await expect.poll(async () => (await waiting()).length).toBe(3);
    expect(tools.ledger.calls).toEqual([]);
    const answers: Record<string, object> = {
      a: { action: "approve" },
      b: { action: "approve", arguments: { message: "edited" } },
      c: { action: "reject", reason: "not now" },
    };
    for (const { id, arguments: args } of await waiting())
      expect((await ann.ask("POST", `/api/mcp/approvals/${id}/answer`, answers[args.message])).status).toBe(200);
    const answer = await talk.ended();
    expect(tools.ledger.calls.map(({ arguments: args }) => args.message).sort()).toEqual(["a", "edited"]);
    const answered = answer.parts.flatMap((part) => (part.type === "approval_answered" ? [part.answer] : []));
    expect(answered.sort()).toEqual(["approved", "edited", "rejected"]);
    expect(
      resultsOf(answer)
        .map(({ state }) => state)
        .sort(),
    ).toEqual(["done", "done", "refused"]);
    expect(JSON.stringify(model.asked[1]?.body.messages)).toContain("not now");
  });

  it("[TOOL-27] ask a fresh person about a fresh server, whatever it says of itself, and run nothing meanwhile", async () => {
    const { model, ann, tools } = await chatWorld({ server: { toolApproval: undefined } });
    model.script([{ calls: [call("echo", { message: "says it only reads" }), call("slow", { ms: 1 })] }], [{ text: "Done." }]);
    const talk = await talkOf(ann);
    await talk.ask("POST", "/messages", { text: "Go" });
    const waiting = async () => (await ann.ask("GET", "/api/mcp/approvals")).body.approvals;
    await expect.poll(async () => (await waiting()).length).toBe(2);
    expect((await waiting()).map(({ why }: { why: string }) => why)).toEqual(["default", "default"]);
    expect(tools.ledger.calls).toEqual([]);
    for (const { id } of await waiting()) await ann.ask("POST", `/api/mcp/approvals/${id}/answer`, { action: "reject" });
    expect(resultsOf(await talk.ended()).map(({ state }) => state)).toEqual(["refused", "refused"]);
    expect(tools.ledger.calls).toEqual([]);
  });

  it("and their answer survive a restart in the middle of a question: asked before, answered after", async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), "patchbay-chat-"));
    cleanups.push(() => rmSync(dataFolder, { recursive: true }));
    const { model, ann, house, tools } = await chatWorld({ dataFolder, server: { toolApproval: { ask: ["*"] } } });
    model.script([{ text: "Wait. " }, { calls: [call("echo", { message: "a" })] }], [{ text: "Done." }]);
    const talk = await talkOf(ann);
    await talk.ask("POST", "/messages", { text: "Go" });
    await expect.poll(async () => (await ann.ask("GET", "/api/mcp/approvals")).body.approvals.length).toBe(1);
    const again = await secondHouse(house, dataFolder, model.url, tools.url);
    const bea = await again.user("ann");
    const after = talkAt(bea, talk.id);
    const interrupted = await after.ended();
    expect([interrupted.state, textOf(interrupted)]).toEqual(["interrupted", "Wait. "]);
    const [{ id }] = (await bea.ask("GET", "/api/mcp/approvals")).body.approvals;
    await bea.ask("POST", `/api/mcp/approvals/${id}/answer`, { action: "approve" });
    await after.ask("POST", "/continue", { messageId: interrupted.id });
    const answer = await after.ended();
    expect([answer.state, textOf(answer)]).toEqual(["done", "Wait. Done."]);
    expect(tools.ledger.calls).toHaveLength(1);
  });

  it("bring their server's instructions only when one of them is active, and servers outside of chats bring nothing", async () => {
    const { model, ann } = await chatWorld({ server: { serverInstructions: true } });
    await (await talkOf(ann)).say("Hi");
    expect(model.asked[0]?.body.messages[0]).toMatchObject({ role: "system", content: expect.stringContaining("For tests.") });
    await (await talkOf(ann, {})).say("Hi");
    expect(model.asked[1]?.body.messages[0].role).toBe("user");
    expect(model.asked[1]?.body.tools).toBe(undefined);
    const hidden = await chatWorld({ server: { serverInstructions: "Be kind.", includedTools: [] } });
    await (await talkOf(hidden.ann)).say("Hi");
    expect(JSON.stringify(hidden.model.asked[0]?.body)).not.toContain("Be kind.");
  });

  it("of a server that cannot be reached are missed with a word, and the answer goes on", async () => {
    const { model, ann, tools } = await chatWorld();
    await tools.close();
    model.script([{ text: "Without tools, then." }]);
    const answer = await (await talkOf(ann)).say("Hi");
    expect(answer).toMatchObject({
      state: "done",
      parts: [{ type: "error", error: { code: "CONNECT_FAILED", server: "one" } }, { text: "Without tools, then." }],
    });
  });

  it("run without any model when a person runs them: the same transcript, the same parts", async () => {
    const { ann } = await chatWorld({ more: {} });
    const models = (await ann.ask("GET", "/api/chat/models")).body;
    expect(models).toMatchObject({ endpoints: [], default: null, reason: expect.stringContaining("No model is configured") });
    const talk = await talkOf(ann);
    expect((await talk.ask("POST", "/messages", { text: "Hi" })).body.code).toBe("MODEL_NOT_CONFIGURED");
    const started = await talk.ask("POST", "/console/call", { server: "one", tool: "echo", arguments: { message: "hey" } });
    expect(started.status).toBe(201);
    const answer = await talk.ended();
    expect(answer).toMatchObject({ by: "console", state: "done" });
    expect(answer.parts).toMatchObject([
      { type: "tool_call", server: "one", tool: "echo", by: "person" },
      { type: "tool_result", state: "done", content: [{ text: "Echo: hey" }] },
    ]);
    await talk.ask("POST", "/console/call", { server: "one", tool: "fail", arguments: {} });
    expect((await talk.ended()).parts.at(-1)).toMatchObject({ state: "done", isError: true });
    expect((await talk.snapshot()).conversation.title).toBe("echo (one)");
  });

  it("answer with more than is sent along: the rest is fetched", async () => {
    const { ann } = await chatWorld({ more: {} });
    const talk = await talkOf(ann);
    await talk.ask("POST", "/console/call", { server: "one", tool: "big", arguments: { bytes: 100_000 } });
    const answer = await talk.ended();
    expect(answer.parts[1]).toMatchObject({ content: [], omittedBytes: expect.any(Number) });
    const whole = await talk.ask("GET", `/messages/${answer.id}/parts/1`);
    expect(whole.body.content[0].text).toHaveLength(100_000);
  });
});

/** Another house over the same data, when the first has gone. */
async function secondHouse(first: { close(): Promise<void> }, dataFolder: string, modelUrl: string, toolsUrl: string) {
  await first.close();
  const custom = [{ name: "Local", apiKey: "test-key", baseURL: modelUrl, models: { default: ["small"] } }];
  const one = { type: "streamable-http", url: toolsUrl, toolApproval: { ask: ["*"] } };
  const house = await startHouse({ one }, { hosted: true, dataFolder, more: { endpoints: { custom } } });
  cleanups.push(house.close);
  return house;
}
