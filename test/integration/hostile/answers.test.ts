import { afterEach, describe, expect, it } from "vitest";
import type { Fault } from "../../servers/raw/exchange.ts";
import { startRawHttpServer } from "../../servers/raw/raw-http-server.ts";
import { hostileHouse } from "./hostile-house.ts";

const { serve, closeAll } = hostileHouse();
afterEach(closeAll);

const result = '"result":{"content":[{"type":"text","text":"done"}]}';
const ofThis = (id: unknown) => `{"jsonrpc":"2.0","id":${JSON.stringify(id)},${result}}`;

describe("answers to nothing that was asked", () => {
  it("[PROTO-14] are ignored and counted, and the right one still comes", async () => {
    const strays: Fault = async ({ heard, say, answer }) => {
      for (const id of [999, -1, "__proto__", "constructor", "", " ", "0x1", "1e0", "NaN"]) await say(ofThis(id));
      await say(`{"jsonrpc":"2.0","id":${heard.id},"result":{"content":[{"type":"text","text":"first"}]}}`);
      await say(`{"jsonrpc":"2.0","id":${heard.id},"result":{"content":[{"type":"text","text":"second"}]}}`);
      answer({ content: [{ type: "text", text: "third" }] });
    };
    const raw = await startRawHttpServer({ "tools/call": strays });
    const { connect, call, status, refused } = await serve(raw);
    await connect();
    const { body } = await call();
    expect(body.content).toEqual([{ type: "text", text: "first" }]);
    await expect.poll(() => refused("stray")).toBe(11);
    expect((await call()).status).toBe(200);
    expect((await status()).state).toBe("connected");
  });

  it("[PROTO-14] of the same number as text are taken, as some servers send them", async () => {
    const raw = await startRawHttpServer({
      "tools/call": ({ heard, body }) => body("application/json", ofThis(String(heard.id))),
    });
    const { connect, call } = await serve(raw);
    await connect();
    expect((await call()).body.content).toEqual([{ type: "text", text: "done" }]);
  });
});

describe("what is no JSON-RPC", () => {
  /** With the id of the call where the shape has one. */
  const shapes: [string, (id: number) => string][] = [
    ["another version", (id) => `{"jsonrpc":"1.0","id":${id},${result}}`],
    ["no version", (id) => `{"id":${id},${result}}`],
    ["result and error", (id) => `{"jsonrpc":"2.0","id":${id},${result},"error":{"code":1,"message":"no"}}`],
    ["neither result nor error", (id) => `{"jsonrpc":"2.0","id":${id}}`],
    ["an error of another shape", (id) => `{"jsonrpc":"2.0","id":${id},"error":"no"}`],
    ["a result that is no object", (id) => `{"jsonrpc":"2.0","id":${id},"result":1}`],
    ["a result that is null", (id) => `{"jsonrpc":"2.0","id":${id},"result":null}`],
    ["content that is no list", (id) => `{"jsonrpc":"2.0","id":${id},"result":{"content":7}}`],
    ["content of no kind", (id) => `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"bomb"}]}}`],
    ["a batch of nothing", () => "[]"],
    ["null", () => "null"],
    ["a number", () => "1"],
    ["a result without an id", () => '{"result":1}'],
    ["an object without anything", () => "{}"],
    ["NaN", (id) => `{"jsonrpc":"2.0","id":${id},"result":NaN}`],
    ["half of it", (id) => `{"jsonrpc":"2.0","id":${id},"result":{`],
    ["nothing", () => ""],
  ];

  it.each(shapes)("[PROTO-16] as a body: %s is a typed error at once, and the next call works", async (_, shape) => {
    let isBroken = true;
    const raw = await startRawHttpServer({
      "tools/call": ({ heard, body, answer }) => {
        if (isBroken) body("application/json", shape(Number(heard.id)));
        else answer({ content: [] });
      },
    });
    const { connect, call } = await serve(raw, { timeout: 20_000 });
    await connect();
    const broken = await call();
    expect(["ANSWER_INVALID", "OUTCOME_UNKNOWN"]).toContain(broken.body.code);
    expect(broken.body.retryable).toBe(false);
    expect(broken.ms).toBeLessThan(1_500);
    isBroken = false;
    expect((await call()).status).toBe(200);
  });

  it.each(shapes)("[PROTO-16] as an event: %s neither hurts nor hides the answer behind it", async (_, shape) => {
    const raw = await startRawHttpServer({
      "tools/call": async ({ heard, say, answer }) => {
        await say(shape(Number(heard.id)));
        answer({ content: [] });
      },
    });
    const { connect, call } = await serve(raw, { timeout: 20_000 });
    await connect();
    const first = await call();
    expect(first.status === 200 || first.body.code === "ANSWER_INVALID").toBe(true);
    expect(first.ms).toBeLessThan(1_500);
  });

  it("[PROTO-16] doubled keys, lone surrogates and byte order marks pass or fail, and nothing else happens", async () => {
    const texts = [
      (id: number) => `{"jsonrpc":"2.0","id":99,"id":${id},"result":{"content":[]},${result}}`,
      (id: number) => `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"\\ud800 \\udc00"}]}}`,
      (id: number) => `\ufeff{"jsonrpc":"2.0","id":${id},${result}}`,
      (id: number) => `{"jsonrpc":"2.0","id":${id},"result":{"content":[],"__proto__":{"isError":true}}}`,
    ];
    let text = texts[0] as (id: number) => string;
    const raw = await startRawHttpServer({
      "tools/call": ({ heard, body }) => body("application/json; charset=utf-8", text(Number(heard.id))),
    });
    const { connect, call } = await serve(raw);
    await connect();
    for (text of texts) {
      const { status, body } = await call();
      expect(status, text(1)).toBe(200);
      expect(body.isError).toBe(false);
    }
    expect(({} as Record<string, unknown>).isError).toBeUndefined();
  });
});

describe("what is nested without end", () => {
  const deep = (depth: number) => `${'{"a":['.repeat(depth / 2)}${"]}".repeat(depth / 2)}`;
  const nested = (id: unknown, depth: number) =>
    `{"jsonrpc":"2.0","id":${id},"result":{"content":[],"structuredContent":${deep(depth)}}}`;

  it.each(["as a body", "as an event"])("is refused %s, and what is deep as a document is taken", async (how) => {
    let depth = 40;
    const raw = await startRawHttpServer({
      "tools/call": async ({ heard, body, say, end }) => {
        if (how === "as a body") return body("application/json", nested(heard.id, depth));
        await say(nested(heard.id, depth));
        end();
      },
    });
    const { connect, call } = await serve(raw);
    await connect();
    expect((await call()).status).toBe(200);
    for (depth of [80, 200_000]) {
      const { body, ms } = await call();
      expect(body).toMatchObject({ code: "ANSWER_INVALID", message: "the server's answer is nested too deep" });
      expect(ms).toBeLessThan(3_000);
    }
    depth = 40;
    expect((await call()).status).toBe(200);
  });

  it("in what a refusal says beside its words, is a refusal without it, at once", async () => {
    const refusal = (id: unknown) =>
      `{"jsonrpc":"2.0","id":${id},"error":{"code":-32000,"message":"not today","data":${deep(200)}}}`;
    const raw = await startRawHttpServer({
      "tools/call": ({ heard, body }) => body("application/json", refusal(heard.id)),
    });
    const { connect, call, refused } = await serve(raw, { timeout: 20_000 });
    await connect();
    const { body, ms } = await call();
    expect([body.code, body.message]).toEqual(["SERVER_ERROR", "the server answered with an error: not today"]);
    expect(ms).toBeLessThan(3_000);
    expect(await refused("too_deep")).toBe(1);
  });

  it("is dropped when nobody asked for it", async () => {
    const raw = await startRawHttpServer({
      "tools/call": async ({ say, answer }) => {
        await say(`{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":${deep(200_000)}}}`);
        await say(`{"jsonrpc":"2.0","id":9,"method":"elicitation/create","params":${deep(200_000)}}`);
        answer({ content: [] });
      },
    });
    const { connect, call, refused } = await serve(raw);
    await connect();
    expect((await call()).status).toBe(200);
    expect(await refused("too_deep")).toBe(2);
  });
});
