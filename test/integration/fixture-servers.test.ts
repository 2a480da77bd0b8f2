import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { WebSocketClientTransport } from "@modelcontextprotocol/sdk/client/websocket.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, it } from "vitest";
import { startHttpServer } from "../servers/http-server.ts";
import { startSseServer } from "../servers/sse-server.ts";
import { type StdioMode, stdioFixture } from "../servers/stdio-fixture.ts";
import { startWebSocketServer } from "../servers/websocket-server.ts";
import { kept } from "../support/clean-up.ts";
import { isAlive } from "../support/is-alive.ts";

async function clientOf(transport: Transport): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  return kept(client);
}
const stdio = (mode: StdioMode, args: string[] = []) =>
  clientOf(new StdioClientTransport({ ...stdioFixture(mode, args), stderr: "pipe" }));
const answerOf = (result: Awaited<ReturnType<Client["callTool"]>>) => (result.content as { text: string }[])[0]?.text ?? "";

/** The fixtures are judged by the SDK's own clients, so that a red test elsewhere is never the fixture's fault. */
describe("the fixture servers", () => {
  it("record every header over streamable HTTP", async () => {
    const fixture = await kept(startHttpServer());
    const requestInit = { headers: { "x-canary": "ann" } };
    const client = await clientOf(new StreamableHTTPClientTransport(new URL(fixture.url), { requestInit }));
    expect(answerOf(await client.callTool({ name: "whoami" }))).toContain('"x-canary":"ann"');
    expect(new Set(fixture.ledger.headerValues("X-Canary"))).toEqual(new Set(["ann"]));
  });

  it("speak SSE and WebSocket", async () => {
    const sse = await kept(startSseServer());
    const ws = await kept(startWebSocketServer());
    for (const transport of [new SSEClientTransport(new URL(sse.url)), new WebSocketClientTransport(new URL(ws.url))]) {
      const client = await clientOf(transport);
      expect(answerOf(await client.callTool({ name: "echo", arguments: { message: "hi" } }))).toBe("Echo: hi");
    }
    expect([sse.sessionCount, ws.sessionCount]).toEqual([1, 1]);
    expect(ws.ledger.callsOf("echo")).toHaveLength(1);
  });

  it("notice a cancelled call", async () => {
    const fixture = await kept(startHttpServer());
    const client = await clientOf(new StreamableHTTPClientTransport(new URL(fixture.url)));
    const cancel = new AbortController();
    const onprogress = () => cancel.abort();
    const call = client.callTool({ name: "slow", arguments: { ms: 4000, steps: 100 } }, CallToolResultSchema, {
      signal: cancel.signal,
      onprogress,
    });
    await expect(call).rejects.toThrow();
    await expect.poll(() => fixture.ledger.callsOf("slow")[0]?.outcome).toBe("cancelled");
  });

  it("change their behaviour while they run", async () => {
    const fixture = await kept(startHttpServer());
    const ask = () => fetch(fixture.url, { method: "POST" }).then(({ status }) => status);
    fixture.faults.accepts = (request) => request.headers["x-key"] === "right";
    expect(await ask()).toBe(401);
    fixture.faults.status = 503;
    expect(await ask()).toBe(503);
    fixture.faults.hang = true;
    const cutOff = ask();
    await expect.poll(() => fixture.ledger.requests.length).toBe(3);
    fixture.cut();
    await expect(cutOff).rejects.toThrow();
  });

  it("announce a tool that was added, and forget their sessions", async () => {
    const fixture = await kept(startHttpServer());
    const client = await clientOf(new StreamableHTTPClientTransport(new URL(fixture.url)));
    fixture.addTool("late");
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain("late");
    fixture.forgetSessions();
    await expect(client.listTools()).rejects.toThrow();
    expect(fixture.sessionCount).toBe(0);
  });

  it("tell their argv over stdio, and skip nothing after garbage", async () => {
    expect(answerOf(await (await stdio("good", ["--token", "t"])).callTool({ name: "environment" }))).toContain('"--token","t"');
    expect((await (await stdio("garbage")).listTools()).tools.length).toBeGreaterThan(5);
  });

  it("leave at once with a line on stderr, when told to", async () => {
    await expect(stdio("exits")).rejects.toThrow(/closed/i);
  });

  it("have a grandchild that outlives a plain close", async () => {
    const client = await stdio("grandchild");
    const { pid, grandchild } = JSON.parse(answerOf(await client.callTool({ name: "pids" }))) as {
      pid: number;
      grandchild: number;
    };
    await client.close();
    await expect.poll(() => isAlive(pid), { timeout: 8000 }).toBe(false);
    expect(isAlive(grandchild)).toBe(true);
    process.kill(grandchild, "SIGKILL");
    await expect.poll(() => isAlive(grandchild)).toBe(false);
  });
});
