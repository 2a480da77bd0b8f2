import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type OpenAiServer, startOpenAiServer } from "../servers/openai-server.ts";
import { endpointOf } from "../support/chat-world.ts";
import { everything } from "../support/everything.ts";
import { type Caller, type RunningHouse, startHouse } from "../support/house.ts";

let house: RunningHouse;
let model: OpenAiServer;
let ann: Caller;
let bob: Caller;

beforeAll(async () => {
  model = await startOpenAiServer();
  const allowed = { enabled: true, maxTokens: 50 };
  const servers = {
    all: everything({ sampling: { ...allowed, perHour: 1000 } }),
    fixed: everything({ sampling: { ...allowed, endpoint: "Local", model: "small" } }),
    rare: everything({ sampling: { ...allowed, perHour: 2 } }),
  };
  house = await startHouse(servers, { hosted: true, more: endpointOf(model, { models: { default: ["small", "large"] } }) });
  [ann, bob] = [await house.user("ann"), await house.user("bob")];
});
afterAll(async () => {
  await house.close();
  await model.close();
});
beforeEach(() => void model.asked.splice(0));

const open = async (who: Caller) => (await who.ask("GET", "/api/mcp/requests")).body.requests;
const asked = async (who: Caller) => {
  await expect.poll(async () => (await open(who)).length, { timeout: 10_000 }).toBe(1);
  return (await open(who))[0];
};
const begin = (server = "all", prompt = "Say hi", maxTokens = 20) =>
  ann.ask("POST", `/api/mcp/${server}/tools/trigger-sampling-request/call`, { arguments: { prompt, maxTokens } });
const draft = (text: string, more: object = {}) => ({
  messages: [{ role: "user", content: [{ type: "text", text }] }],
  maxTokens: 20,
  ...more,
});
const generate = (id: string, body: object, who = ann) => who.ask("POST", `/api/mcp/requests/${id}/generate`, body);
const answer = (id: string, body: object) => ann.ask("POST", `/api/mcp/requests/${id}`, body);
const spent = () => model.asked.filter(({ body }) => body !== null);

describe("a server that may ask for a model's words", () => {
  it("gets what the person made of the draft and of the answer, and nothing before", async () => {
    const running = begin("all", "Tell me everything", 5_000);
    const request = await asked(ann);
    // What was asked for is not what is given: the operator's limit is less.
    expect(request.terms).toEqual({ model: null, maxTokens: 50, left: 999 });
    expect(request.params.maxTokens).toBe(5_000);
    expect(spent()).toEqual([]);
    model.script([{ text: "Hello from the model" }]);
    const words = await generate(
      request.id,
      draft("Say less", { systemPrompt: "Be brief.", model: { endpoint: "Local", model: "large" } }),
    );
    expect(words.body).toEqual({
      role: "assistant",
      model: "large",
      content: { type: "text", text: "Hello from the model" },
      stopReason: "endTurn",
    });
    expect(spent().map(({ body }) => [body.model, body.max_tokens, body.messages])).toEqual([
      [
        "large",
        20,
        [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Say less" },
        ],
      ],
    ]);
    const result = { ...words.body, content: { type: "text", text: "Hello, edited" } };
    expect((await answer(request.id, { action: "accept", result })).body).toEqual({ success: true });
    const got = JSON.stringify((await running).body.content);
    expect([got.includes("Hello, edited"), got.includes("Hello from the model")]).toEqual([true, false]);
  });

  it("is told that the person said no, and costs nothing", async () => {
    const running = begin();
    await answer((await asked(ann)).id, { action: "decline" });
    expect(JSON.stringify((await running).body)).toContain("MCP error -1: User rejected sampling request");
    expect(spent()).toEqual([]);
  });

  it("has no model but the operator's, no more tokens than given, and no tries without end", async () => {
    const running = begin("fixed");
    const { id, terms } = await asked(ann);
    expect(terms).toEqual({ model: { endpoint: "Local", model: "small" }, maxTokens: 20, left: 19 });
    const tooMuch = await generate(id, draft("x", { maxTokens: 21 }));
    expect([tooMuch.body.code, tooMuch.body.details]).toEqual([
      "REQUEST_INVALID",
      [{ path: "/maxTokens", expected: "at most 20" }],
    ]);
    expect((await generate(id, draft("x"), bob)).body.code).toBe("REQUEST_UNKNOWN");
    const audio = {
      messages: [{ role: "user", content: [{ type: "audio", data: "AAAA", mimeType: "audio/wav" }] }],
      maxTokens: 5,
    };
    expect((await generate(id, audio)).body.details[0].path).toBe("/messages/0/content/0");
    for (let nth = 0; nth < 5; nth += 1)
      expect((await generate(id, draft("x", { model: { endpoint: "Local", model: "large" } }))).body.model).toBe("small");
    expect((await generate(id, draft("x"))).body).toMatchObject({
      code: "RATE_LIMITED",
      message: "a model is asked 5 times for one request",
    });
    expect(spent()).toHaveLength(5);
    await answer(id, { action: "decline" });
    await running;
  });

  it("is refused beyond its number in an hour, before anybody is asked", async () => {
    for (let nth = 0; nth < 2; nth += 1) {
      const running = begin("rare");
      await answer((await asked(ann)).id, { action: "decline" });
      await running;
    }
    const refused = JSON.stringify((await begin("rare")).body);
    expect(refused).toContain("MCP error -32603: this server may ask one person for a model's words 2 times in an hour");
    expect(await open(ann)).toEqual([]);
    // Another person's hour is their own.
    const theirs = bob.ask("POST", "/api/mcp/rare/tools/trigger-sampling-request/call", { arguments: { prompt: "hi" } });
    await bob.ask("POST", `/api/mcp/requests/${(await asked(bob)).id}`, { action: "decline" });
    expect(JSON.stringify((await theirs).body)).toContain("User rejected");
  });

  it("does not hear of a model that failed: the person does, and can answer by themselves", async () => {
    const running = begin();
    const { id } = await asked(ann);
    model.script({ status: 500 });
    expect((await generate(id, draft("x"))).body.code).toBe("MODEL_FAILED");
    const result = { role: "assistant", model: "none", content: { type: "text", text: "By hand." } };
    await answer(id, { action: "accept", result });
    expect(JSON.stringify((await running).body.content)).toContain("By hand.");
  });
});
