import { beforeEach, describe, expect, it } from "vitest";
import type { ChatMessage, ChatPart } from "../../schemas/chat-wire.ts";
import { type ChatWorld, chatWorld, talkOf } from "../support/chat-world.ts";
import { ann, answer, approvalOf, call, open, ran, relist, SEND } from "../support/permission-house.ts";

const COUNT = { type: "object", properties: { a: { type: "integer" } } };
const HOSTILE = '{"a":"1; DROP","__proto__":{},"extra":1}';

describe("arguments of a call", () => {
  beforeEach(async () => {
    await open();
    await relist(ann, { ...SEND, inputSchema: COUNT });
  });

  it("[TOOL-22] are held against the tool's schema before anything is sent", async () => {
    const refused = await call(ann, { a: "1; DROP" });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({
      code: "TOOL_ARGUMENTS_INVALID",
      message: expect.stringContaining("/a must be a whole number"),
      details: [{ path: "/a", expected: "a whole number", found: 'the text "1; DROP"' }],
    });
    expect(await call(ann, JSON.parse(HOSTILE))).toMatchObject({ status: 422, body: { details: [{ path: "/__proto__" }] } });
    expect(await call(ann, JSON.parse('{"a":1,"b":{"__proto__":{"x":1}}}'))).toMatchObject({
      status: 422,
      body: { details: [{ path: "/b/__proto__" }] },
    });
    // What the schema does not rule out is the tool's to judge.
    expect((await call(ann, { a: 1, extra: 1 })).status).toBe(200);
    await relist(ann, { ...SEND, inputSchema: { ...COUNT, additionalProperties: false } });
    expect(await call(ann, { a: 1, extra: 1 })).toMatchObject({ status: 422, body: { details: [{ path: "/extra" }] } });
    expect(ran).toEqual([{ a: 1, extra: 1 }]);
    expect((await ann.ask("GET", "/api/mcp/calls")).body.calls).toHaveLength(1);
  });

  it("[TOOL-22] hold no number that is another one than was written", async () => {
    for (const number of ["1e400", "9007199254740993", "-12345678901234567890"]) {
      const { status, body } = await ann.ask("POST", "/api/mcp/remote/tools/send/call", `{"arguments":{"a":[1,${number}]}}`);
      expect([status, body.code]).toEqual([400, "REQUEST_INVALID"]);
      expect(body.details).toMatchObject([{ path: "/arguments/a/1" }]);
    }
    expect(ran).toEqual([]);
  });

  it("cannot be edited into what the tool does not take, and the question stands meanwhile", async () => {
    await open({ toolApproval: { ask: ["*"] } });
    await relist(ann, { ...SEND, inputSchema: COUNT });
    // Nobody is asked about what cannot be sent.
    expect((await call(ann, { a: "x" })).status).toBe(422);
    const id = approvalOf(await call(ann, { a: 1 }));
    expect((await ann.ask("GET", "/api/mcp/approvals")).body.approvals).toHaveLength(1);
    const edited = await answer(ann, id, { action: "approve", arguments: { a: "x" } });
    expect(edited).toMatchObject({ status: 422, body: { details: [{ path: "/a" }] } });
    expect((await answer(ann, id, { action: "approve", arguments: { a: 2 } })).status).toBe(200);
    expect((await call(ann, { a: 2 }, { approval: id })).status).toBe(200);
    expect(ran).toEqual([{ a: 2 }]);
  });

  it.each([
    ["a pattern that takes for ever", { a: { type: "string", pattern: "^(a+)+$" } }, { a: `${"a".repeat(40)}!` }],
    ["references that double without end", { a: { $ref: "#/$defs/d" } }, { a: [[[[[]]]]] }],
  ])("do not let a stranger's schema hold up others: %s", async (_, properties, args) => {
    const d = {
      anyOf: [
        { items: { $ref: "#/$defs/d" }, minItems: 9 },
        { items: { $ref: "#/$defs/d" }, minItems: 9 },
      ],
    };
    await relist(
      ann,
      { ...SEND, inputSchema: { type: "object", properties, $defs: { d } } },
      { ...SEND, name: "other", inputSchema: COUNT },
    );
    const slow = call(ann, args);
    const startedAt = performance.now();
    for (let count = 0; count < 5; count += 1) expect((await call(ann, { a: count }, {}, "other")).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect([200, 422]).toContain((await slow).status);
  });
});

describe("arguments in the chat", () => {
  let world: ChatWorld;
  beforeEach(async () => {
    world = await chatWorld();
  });
  const resultsOf = ({ parts }: ChatMessage) =>
    parts.filter((part): part is Extract<ChatPart, { type: "tool_result" }> => part.type === "tool_result");

  it("[TOOL-22] that a model sends are refused with their path, which it is told", async () => {
    const { model, ann: person, tools } = world;
    const calls = [`{"message":7}`, `{"message":"x","__proto__":{}}`, `{"message":${"[".repeat(3_000)}${"]".repeat(3_000)}}`];
    model.script(
      [{ calls: calls.map((argumentsText) => ({ name: "echo_mcp_one", argumentsText })) }],
      [{ calls: [{ name: "echo_mcp_one", arguments: { message: "now right" } }] }],
      [{ text: "Done." }],
    );
    const said = await (await talkOf(person)).say("Go");
    const results = resultsOf(said);
    expect(results.map(({ state, error }) => error?.code ?? state)).toEqual([...Array(3).fill("TOOL_ARGUMENTS_INVALID"), "done"]);
    const told = JSON.stringify(model.asked[1]?.body.messages);
    for (const path of ["/message must be text", "/__proto__ must be left out", "nested"]) expect(told).toContain(path);
    expect(tools.ledger.calls.map(({ arguments: args }) => args)).toEqual([{ message: "now right" }]);
  });

  it("[TOOL-22] that a person sends by the console are refused with their path", async () => {
    const { ann: person, tools } = world;
    const talk = await talkOf(person);
    await talk.ask("POST", "/console/call", {
      server: "one",
      tool: "echo",
      arguments: JSON.parse('{"message":7,"__proto__":{}}'),
    });
    expect(resultsOf(await talk.ended())).toMatchObject([
      { state: "failed", error: { code: "TOOL_ARGUMENTS_INVALID", message: expect.stringContaining("/__proto__") } },
    ]);
    await talk.ask("POST", "/console/call", { server: "one", tool: "echo", arguments: { message: 7 } });
    expect(resultsOf(await talk.ended())).toMatchObject([
      { error: { message: expect.stringContaining("/message must be text") } },
    ]);
    expect(tools.ledger.calls).toEqual([]);
  });
});
