import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoServers, startDemoServers } from "../../api/demo/start-demo-servers.ts";

let demo: DemoServers;
const url = (name: string) => new URL(demo.env[name] ?? "");

beforeAll(async () => {
  demo = await startDemoServers();
});
afterAll(() => demo.close());

async function keyed(headers: Record<string, string>): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(url("DEMO_HTTP_URL"), { requestInit: { headers } }));
  return client;
}

describe("the keyed demo server", () => {
  it.each([
    ["no key", {}],
    ["a key of another form", { "x-demo-key": "ann" }],
    ["an unfilled placeholder", { "x-demo-key": "{{DEMO_KEY}}" }],
    ["a bearer token of another form", { authorization: "Bearer demo-1" }],
  ])("answers 401 to %s", async (_what, headers) => {
    const answer = await fetch(url("DEMO_HTTP_URL"), { method: "POST", headers: headers as HeadersInit, body: "{}" });
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain("demo-XXXXXXXX");
  });

  it("refuses a page in a browser", async () => {
    const answer = await fetch(url("DEMO_HTTP_URL"), { method: "POST", headers: { origin: "http://evil.example" } });
    expect(answer.status).toBe(403);
  });

  it("shows who it thinks you are, with the key masked", async () => {
    const ann = await keyed({
      authorization: "Bearer demo-annsecret1",
      "x-user-email": "ann@example.org",
      "x-display-name": "Ann",
    });
    const result = await ann.callTool({ name: "whoami" });
    expect(result.structuredContent).toEqual({ key: "demo-an…t1", email: "ann@example.org", userId: null, displayName: "Ann" });
    expect(JSON.stringify(result)).not.toContain("annsecret1");
    await ann.close();
  });

  it("keeps the notes of two keys apart", async () => {
    const [ann, bob] = await Promise.all([keyed({ "x-demo-key": "demo-annannann" }), keyed({ "x-demo-key": "demo-bobbobbob" })]);
    await ann.callTool({ name: "add_note", arguments: { text: "only for Ann" } });
    expect((await bob.callTool({ name: "list_notes" })).structuredContent).toEqual({ count: 0, notes: [] });
    expect(JSON.stringify(await ann.callTool({ name: "list_notes" }))).toContain("only for Ann");
    const gone = await bob.callTool({ name: "delete_note", arguments: { id: 1 } });
    expect(gone.isError).toBe(true);
    await Promise.all([ann.close(), bob.close()]);
  });

  it("answers a session only to the key that opened it", async () => {
    const ann = await keyed({ "x-demo-key": "demo-annannann" });
    const id = (ann.transport as StreamableHTTPClientTransport).sessionId ?? "";
    const stolen = await fetch(url("DEMO_HTTP_URL"), {
      method: "POST",
      headers: { "x-demo-key": "demo-bobbobbob", "mcp-session-id": id },
      body: "{}",
    });
    expect(stolen.status).toBe(404);
    await ann.close();
  });

  it("counts down with progress, and stops when it is cancelled", async () => {
    const ann = await keyed({ "x-demo-key": "demo-annannann" });
    const seen: string[] = [];
    const cancel = new AbortController();
    const counting = ann.callTool({ name: "countdown", arguments: { from: 100, stepMs: 10 } }, CallToolResultSchema, {
      signal: cancel.signal,
      onprogress: ({ message }) => {
        seen.push(message ?? "");
        if (seen.length === 3) cancel.abort();
      },
    });
    await expect(counting).rejects.toThrow();
    expect(seen.slice(0, 3)).toEqual(["100 …", "99 …", "98 …"]);
    const short = await ann.callTool({ name: "countdown", arguments: { from: 1, stepMs: 10 } });
    expect(short.content).toEqual([{ type: "text", text: "Counted down from 1." }]);
    await ann.close();
  });
});

describe("the SSE demo server", () => {
  it("tells the time, converts, and sends a picture and a sound", async () => {
    const client = new Client({ name: "test", version: "1" });
    await client.connect(new SSEClientTransport(url("DEMO_SSE_URL")));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(["clock", "convert_length", "picture", "chime"]);
    expect(
      (await client.callTool({ name: "convert_length", arguments: { value: 2, from: "km", to: "m" } })).structuredContent,
    ).toEqual({
      value: 2000,
      unit: "m",
    });
    expect((await client.callTool({ name: "clock", arguments: { timeZone: "Mars/Olympus" } })).isError).toBe(true);
    const [picture] = (await client.callTool({ name: "picture" })).content as [{ data: string }];
    expect(Buffer.from(picture.data, "base64").subarray(1, 4).toString()).toBe("PNG");
    const [chime] = (await client.callTool({ name: "chime" })).content as [{ data: string }];
    expect(Buffer.from(chime.data, "base64").subarray(0, 4).toString()).toBe("RIFF");
    await client.close();
  });
});
