import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { startHandmadeServer } from "../servers/handmade-server.ts";
import { startHttpServer } from "../servers/http-server.ts";
import { startSseServer } from "../servers/sse-server.ts";
import { startWebSocketServer } from "../servers/websocket-server.ts";
import { kept } from "../support/clean-up.ts";
import { startHouse } from "../support/house.ts";
import { connected } from "../support/remote-house.ts";

describe("a host with several addresses", () => {
  it.each(["127.0.0.1", "::1"])("is reached at the one that answers, %s", async (host) => {
    const server = await kept(startHandmadeServer({ host }));
    const lookup = async () => [
      { address: "::1", family: 6 },
      { address: "127.0.0.1", family: 4 },
    ];
    const url = `http://both.example:${server.port}/mcp`;
    const house = await kept(startHouse({ both: { type: "streamable-http", url } }, { hosted: true, lookup }));
    const startedAt = Date.now();
    const { body } = await (await house.user("ann")).ask("POST", "/api/mcp/both/connect");
    expect(body).toMatchObject({ status: { state: "connected" } });
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });
});

describe("a connection whose other side vanished without a word", () => {
  /** State and timer of every connection to this port, as the kernel tells them: hundredths of a second. */
  const timers = (port: number) =>
    readFileSync("/proc/net/tcp", "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(
        ([, , remote = "", state]) => remote.endsWith(`:${port.toString(16).toUpperCase().padStart(4, "0")}`) && state === "01",
      )
      .map(([, , , , , timer = ""]) => ({
        isKeepAlive: timer.startsWith("02"),
        dueMs: Number.parseInt(timer.slice(3), 16) * 10,
      }));

  it.runIf(process.platform === "linux")(
    "[F-HTTP-19] is found out by the system within 75 s: it asks after 45, ten times",
    async () => {
      const server = await kept(startHttpServer());
      const house = await kept(startHouse({ one: { type: "streamable-http", url: server.url } }, { hosted: true }));
      const ann = await house.user("ann");
      ann.socket();
      await ann.ask("POST", "/api/mcp/one/connect");
      await expect.poll(() => server.ledger.requests.some(({ method }) => method === "GET"), { timeout: 3_000 }).toBe(true);
      const found = timers(server.port);
      expect(found.length).toBeGreaterThan(0);
      for (const { isKeepAlive, dueMs } of found) {
        expect(isKeepAlive).toBe(true);
        expect(dueMs).toBeLessThanOrEqual(45_000);
      }
    },
  );
});

describe("a read whose answer got lost", () => {
  it("[F-HTTP-11] is asked for once more, where a call is not", async () => {
    const server = await startHandmadeServer({ withSessions: true, offersResources: true });
    let asked = 0;
    server.instead.set("resources/list", ({ response, answer }) => {
      asked += 1;
      if (asked === 1) response.writeHead(502).end();
      else answer({ resources: [{ uri: "memo://1", name: "memo" }] });
    });
    server.instead.set("resources/templates/list", ({ answer }) => answer({ resourceTemplates: [] }));
    const { ann } = await connected(server);
    const { status, body } = await ann.ask("GET", "/api/mcp/remote/resources");
    expect([status, body.resources.length, asked]).toEqual([200, 1, 2]);
  });

  it("twice is told", async () => {
    const server = await startHandmadeServer({ withSessions: true, offersResources: true });
    server.instead.set("resources/list", ({ response }) => void response.writeHead(502).end());
    const { ann } = await connected(server);
    expect((await ann.ask("GET", "/api/mcp/remote/resources")).body.code).toBe("OUTCOME_UNKNOWN");
    expect(server.asked.filter((method) => method === "resources/list")).toHaveLength(2);
  });
});

const refusals: [status: number, connect: string, call: string][] = [
  [400, "CONNECT_FAILED", "CONNECT_FAILED"],
  [401, "OAUTH_REQUIRED", "OAUTH_REQUIRED"],
  [403, "CREDENTIALS_REFUSED", "CREDENTIALS_REFUSED"],
  [404, "CONNECT_FAILED", "CONNECT_FAILED"],
  [405, "CONNECT_FAILED", "SERVER_ERROR"],
  [429, "RATE_LIMITED", "RATE_LIMITED"],
  [500, "CONNECT_FAILED", "OUTCOME_UNKNOWN"],
  [503, "CONNECT_FAILED", "OUTCOME_UNKNOWN"],
];

describe("a refusal over the other transports", () => {
  it.each(refusals)("with %i means the same over HTTP+SSE", async (status, connect, call) => {
    const server = await kept(startSseServer());
    const entry = { type: "sse", url: server.url, timeout: 1_000, initTimeout: 5_000 };
    const house = await kept(startHouse({ one: entry, two: entry }, { hosted: true }));
    const ann = await house.user("ann");
    await ann.ask("POST", "/api/mcp/one/connect");
    server.faults.status = status;
    const called = await ann.ask("POST", "/api/mcp/one/tools/echo/call", { arguments: { message: "x" } });
    expect(called.body.code).toBe(call);
    expect((await ann.ask("POST", "/api/mcp/two/connect")).body.code).toBe(connect);
  });

  it.each([
    [401, "CREDENTIALS_REFUSED", /HTTP 401/],
    [404, "CONNECT_FAILED", /HTTP 404/],
    [429, "RATE_LIMITED", /HTTP 429/],
    [503, "CONNECT_FAILED", /HTTP 503/],
  ])("with %i means the same over a WebSocket", async (status, code, words) => {
    const server = await kept(startWebSocketServer());
    server.faults.status = status;
    const house = await kept(startHouse({ one: { type: "websocket", url: server.url } }, { hosted: true }));
    const { body } = await (await house.user("ann")).ask("POST", "/api/mcp/one/connect");
    expect(body).toMatchObject({ code, message: expect.stringMatching(words) });
  });

  it("a WebSocket to a closed port is told as that", async () => {
    const server = await startWebSocketServer();
    await server.close();
    const house = await kept(startHouse({ one: { type: "websocket", url: server.url } }, { hosted: true }));
    const { body } = await (await house.user("ann")).ask("POST", "/api/mcp/one/connect");
    expect(body.message).toBe("the server cannot be reached: nobody listens at its address (ECONNREFUSED)");
  });
});
