import { afterEach, describe, expect, it } from "vitest";
import { listenForTests } from "../../servers/http-listener.ts";
import { Ledger } from "../../servers/ledger.ts";
import type { Fault } from "../../servers/raw/exchange.ts";
import { startRawHttpServer } from "../../servers/raw/raw-http-server.ts";
import { hostileHouse } from "./hostile-house.ts";

const { serve, keep, closeAll } = hostileHouse();
afterEach(closeAll);

const inputSchema = { type: "object" };
const tool = (name: string, outputSchema: object) => ({ name, inputSchema, outputSchema });
const answers =
  (structuredContent: unknown): Fault =>
  ({ answer }) =>
    answer({ content: [], structuredContent });

const celsius = { type: "object", properties: { celsius: { type: "number" } }, required: ["celsius"] };

describe("what tools promise to answer", () => {
  it("[PROTO-24] is asked of tools of every page", async () => {
    const raw = await startRawHttpServer({
      "tools/list": ({ answer, params }) =>
        answer(
          params.cursor === "2" ? { tools: [tool("second", celsius)] } : { tools: [tool("first", celsius)], nextCursor: "2" },
        ),
      "tools/call": answers({ celsius: "warm" }),
    });
    const { connect, call } = await serve(raw);
    await connect();
    for (const name of ["first", "second", "first"]) {
      const { status, body } = await call(name);
      expect([status, body.code]).toEqual([502, "ANSWER_INVALID"]);
      expect(body.message).toContain("/celsius must be number");
      expect(body.structuredContent).toBeUndefined();
    }
    raw.faults["tools/call"] = answers({ celsius: 18 });
    expect((await call("first")).body.structuredContent).toEqual({ celsius: 18 });
    raw.faults["tools/call"] = answers(undefined);
    expect((await call("first")).body.code).toBe("ANSWER_INVALID");
  });

  it("[PROTO-23] is asked in its newest form, whatever it calls itself", async () => {
    const schema = (type: string) => ({ $id: "urn:same", type: "object", properties: { a: { type } } });
    let type = "string";
    const raw = await startRawHttpServer({
      "tools/list": ({ answer }) => answer({ tools: [tool("one", schema(type)), tool("two", schema("boolean"))] }),
      "tools/call": answers({ a: "x" }),
    });
    const { connect, call, tools } = await serve(raw);
    await connect();
    expect((await call("one")).status).toBe(200);
    expect((await call("two")).body.code).toBe("ANSWER_INVALID");
    await expect.poll(() => raw.openStreams.size).toBe(1);
    type = "number";
    raw.tell('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}');
    await expect.poll(async () => (await tools())[0]?.outputSchema, { timeout: 5_000 }).toEqual(schema("number"));
    expect((await call("one")).body.code).toBe("ANSWER_INVALID");
  });

  it("[PROTO-22] is never looked for elsewhere: what it refers to is not fetched", async () => {
    const ledger = new Ledger();
    const sink = await listenForTests({ ledger, handle: async (_, response) => void response.end("{}") });
    keep(sink.close);
    const refs = [`${sink.origin}/s.json`, `${sink.origin}/s.json#/a`, `//127.0.0.1:${sink.port}/s`, "file:///etc/passwd"];
    const schemas = [
      ...refs.map(($ref) => ({ $ref })),
      { $schema: `${sink.origin}/meta.json`, type: "object" },
      { $id: `${sink.origin}/base/`, type: "object", properties: { a: { $ref: "part.json" } } },
      { allOf: [{ $dynamicRef: `${sink.origin}/d.json` }] },
    ];
    const raw = await startRawHttpServer({
      "tools/list": ({ answer }) => answer({ tools: schemas.map((schema, nth) => tool(`t${nth}`, schema)) }),
      "tools/call": answers({ a: 1 }),
    });
    const { connect, call } = await serve(raw);
    await connect();
    for (const nth of schemas.keys()) expect((await call(`t${nth}`)).status).toBe(200);
    expect(ledger.requests).toEqual([]);
  });

  it("does not stop anybody when it cannot be checked, and costs its server and nobody else", async () => {
    const slow = { type: "object", properties: { a: { type: "string", pattern: "^(a+)+$" } } };
    const raw = await startRawHttpServer({
      "tools/list": ({ answer }) => answer({ tools: [tool("slow", slow), tool("plain", celsius)] }),
      "tools/call": answers({ a: `${"a".repeat(40)}!`, celsius: "warm" }),
    });
    const { connect, call, ann } = await serve(raw);
    await connect();
    const slowly = call("slow");
    const startedAt = performance.now();
    await ann.ask("GET", "/api/mcp/connection/status");
    expect(performance.now() - startedAt).toBeLessThan(900);
    expect((await slowly).status).toBe(200);
    expect((await call("plain")).body.code).toBe("ANSWER_INVALID");
  });
});

describe("a tool that cannot be used", () => {
  it("costs itself and not the list", async () => {
    let deep: object = { type: "object" };
    for (let nth = 0; nth < 400; nth += 1) deep = { type: "object", allOf: [deep] };
    const bad = [
      null,
      7,
      { name: "", inputSchema },
      { name: "no-schema" },
      { name: "schema-is-text", inputSchema: "object" },
      { name: "two\nlines", inputSchema },
      { name: "hid\u202eden", inputSchema },
      { name: "x".repeat(300), inputSchema },
      { name: "deep-in", inputSchema: deep },
      tool("deep-out", deep),
      tool("wide", { enum: ["x".repeat(70_000)] }),
      { name: "fat", inputSchema, _meta: { x: "x".repeat(600_000) } },
      ...["__proto__", "constructor", "../../etc", "a b", "%2e%2e", "<b>"].map((name) => ({ name, inputSchema })),
    ];
    const odd = ["a.b", "ns/get", "größe", "v2@beta", "a:b", "_x"].map((name) => ({ name, inputSchema }));
    const raw = await startRawHttpServer({
      "tools/list": ({ answer }) =>
        answer({ tools: [...bad, ...odd, { name: "go", inputSchema, annotations: "yes", title: 7 }] }),
    });
    const { connect, call, tools } = await serve(raw);
    const { status } = await connect();
    expect(status.warnings[0]).toMatchObject({
      code: "TOOLS_LEFT_OUT",
      message: expect.stringContaining(`${bad.length} of the server's tools`),
    });
    expect((await tools()).map(({ name }) => name)).toEqual([...odd.map(({ name }) => name), "go"]);
    for (const { name } of odd) {
      const { body } = await call(encodeURIComponent(name));
      expect(body.content).toEqual([{ type: "text", text: "done" }]);
    }
  });
});
