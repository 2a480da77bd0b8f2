import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { cleanups } from "../support/clean-up.ts";
import { startHouse } from "../support/house.ts";

type Breaks = (response: ServerResponse, id: number) => void;

/** A server written by hand, because a proper one cannot be made to answer like this. `breaks` answers tool calls. */
async function brokenServer(breaks: Breaks): Promise<string> {
  const http = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      if (request.method !== "POST") return void response.writeHead(405).end();
      const { id, method } = JSON.parse(body) as { id?: number; method: string };
      const answer = (result: object) =>
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ jsonrpc: "2.0", id, result }));
      if (id === undefined) return void response.writeHead(202).end();
      if (method === "initialize")
        return void answer({
          protocolVersion: "2025-06-18",
          capabilities: { tools: {} },
          serverInfo: { name: "broken", version: "1" },
        });
      if (method === "tools/list") return void answer({ tools: [{ name: "go", inputSchema: { type: "object" } }] });
      if (method === "tools/call") return breaks(response, id);
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32601, message: "no" } }));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  cleanups.push(async () => {
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
}

async function callOnce(breaks: Breaks) {
  const house = await startHouse(
    { broken: { type: "streamable-http", url: await brokenServer(breaks), timeout: 20_000 } },
    { hosted: true },
  );
  cleanups.push(() => house.close());
  const ann = await house.user("ann");
  expect((await ann.ask("POST", "/api/mcp/broken/connect")).body.status.state).toBe("connected");
  const startedAt = Date.now();
  const { body } = await ann.ask("POST", "/api/mcp/broken/tools/go/call", { arguments: {} });
  return { code: body.code as string | undefined, body, ms: Date.now() - startedAt };
}

const stream = (response: ServerResponse) => response.writeHead(200, { "content-type": "text/event-stream" });
const progress = 'data: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"working"}}\n\n';

describe("an answer that cannot come any more", () => {
  it.each<[string, Breaks]>([
    [
      "[F-HTTP-15] the stream is cut",
      (response) => void stream(response).write(progress, () => setTimeout(() => response.destroy(), 50)),
    ],
    ["[F-HTTP-15] the stream ends cleanly without it", (response) => void stream(response).end(progress)],
    [
      "[F-HTTP-14] the JSON is cut in half",
      (response) => void response.writeHead(200, { "content-type": "application/json" }).end('{"jsonrpc":"2.0","id":'),
    ],
    [
      "the answer is for somebody else",
      (response, id) => void stream(response).end(`data: {"jsonrpc":"2.0","id":${id + 1000},"result":{}}\n\n`),
    ],
  ])("is told at once: %s", async (_, breaks) => {
    const { code, ms } = await callOnce(breaks);
    expect(code).toBe("OUTCOME_UNKNOWN");
    expect(ms).toBeLessThan(500);
    console.log(`noticed after ${ms} ms`);
  });

  it("[F-HTTP-17] is told soon when the server only accepts", async () => {
    const { code, ms } = await callOnce((response) => void response.writeHead(202).end());
    expect(code).toBe("OUTCOME_UNKNOWN");
    expect(ms).toBeLessThan(10_000);
  });

  it("[F-HTTP-11] says of a 5xx that the call may have run, and does not repeat it", async () => {
    let calls = 0;
    const { code } = await callOnce((response) => {
      calls += 1;
      response.writeHead(503).end();
    });
    expect([code, calls]).toEqual(["OUTCOME_UNKNOWN", 1]);
  });

  it("[F-HTTP-24] does not hold a flood", async () => {
    const flood = await callOnce((response) => {
      stream(response);
      const chunk = `data: ${"x".repeat(1024 * 1024)}`;
      const pour = () => {
        if (!response.destroyed && response.write(chunk)) setImmediate(pour);
        else response.once("drain", pour);
      };
      pour();
    });
    expect(["RESULT_TOO_LARGE", "OUTCOME_UNKNOWN"]).toContain(flood.code);
  });
});
