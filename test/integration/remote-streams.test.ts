import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { startBufferingProxy } from "../servers/buffering-proxy.ts";
import { type Exchange, startHandmadeServer } from "../servers/handmade-server.ts";
import { startHttpServer } from "../servers/http-server.ts";
import { startModernHttpServer } from "../servers/modern-http-server.ts";
import { startSseServer } from "../servers/sse-server.ts";
import { cleanups, kept } from "../support/clean-up.ts";
import { fastClock } from "../support/fast-clock.ts";
import { startHouse } from "../support/house.ts";
import { connected } from "../support/remote-house.ts";

describe("a stream of notifications", () => {
  const TIMES = 40;
  const MINUTE_MS = 60_000;

  /** Ten minutes of them, in fifteen seconds. */
  it("[F-HTTP-18] that is closed whenever it was idle for 30 s is opened again, and nobody sees it", async () => {
    const server = await startHandmadeServer({ withSessions: true });
    let streams = 0;
    server.instead.set("GET", ({ response }) => {
      streams += 1;
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      setTimeout(() => response.end(), 30_000 / TIMES);
    });
    const { statuses, ann } = await connected(server, { initTimeout: 20 * MINUTE_MS }, { clock: fastClock(TIMES) });
    await sleep((10 * MINUTE_MS) / TIMES);
    console.log(`${streams} streams in ten minutes, ${statuses.length} changes of status`);
    expect(streams).toBeLessThanOrEqual(25);
    expect(streams).toBeGreaterThanOrEqual(15);
    expect(statuses).toEqual([]);
    expect((await ann.ask("GET", "/api/mcp/connection/status/remote")).body.status.state).toBe("connected");
  }, 30_000);

  it("that asks to be opened again at once, for ever, is opened once a second at most", async () => {
    const server = await startHandmadeServer({ withSessions: true });
    const opened: number[] = [];
    server.instead.set("GET", ({ response }) => {
      opened.push(Date.now());
      response.writeHead(200, { "content-type": "text/event-stream" }).end("retry: 0\n\n");
    });
    const { statuses } = await connected(server);
    await sleep(4_500);
    const gaps = opened.slice(1).map((at, nth) => at - (opened[nth] as number));
    expect(gaps.length).toBeGreaterThan(0);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(990);
    expect(statuses).toEqual([]);
  });

  it("that cannot be opened again tells that the server is gone, before any call does", async () => {
    const server = await startHandmadeServer({ withSessions: true });
    server.instead.set("GET", ({ response }) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    });
    const { statuses } = await connected(server);
    await server.close();
    await expect
      .poll(() => statuses.at(-1), { timeout: 3_000 })
      .toMatchObject({
        state: "error",
        reason: { code: "CONNECTION_CLOSED", message: "the server broke the connection" },
      });
    expect(statuses[0]?.retryAt).toBeGreaterThan(Date.now() - 3_000);
    const again = await startHandmadeServer({ port: server.port, withSessions: true });
    cleanups.push(() => again.close());
    await expect.poll(() => statuses.at(-1)?.state, { timeout: 5_000 }).toBe("connected");
  });

  it("whose session is forgotten meanwhile is not asked for again: a new session is begun", async () => {
    const server = await startHandmadeServer({ withSessions: true });
    let end = () => {};
    server.instead.set("GET", ({ response }) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      end = () => response.end();
    });
    const { statuses } = await connected(server);
    await expect.poll(() => server.asked).toContain("GET");
    server.forgetSessions();
    end();
    await expect.poll(() => statuses.at(-1)?.state, { timeout: 5_000 }).toBe("connected");
    expect(statuses.map(({ state }) => state)).toEqual(["error", "initializing", "connected"]);
  });
});

describe("the older HTTP+SSE transport", () => {
  it("[F-HTTP-15] fails what runs at once when its stream is cut, and connects anew", async () => {
    const server = await startSseServer();
    cleanups.push(() => server.close());
    const house = await startHouse({ old: { type: "sse", url: server.url } }, { hosted: true });
    cleanups.push(() => house.close());
    const ann = await house.user("ann");
    await ann.ask("POST", "/api/mcp/old/connect");
    const slow = ann.ask("POST", "/api/mcp/old/tools/slow/call", { arguments: { ms: 10_000, steps: 1 } });
    await expect.poll(() => server.ledger.callsOf("slow")).toHaveLength(1);
    const cutAt = Date.now();
    server.cut();
    expect((await slow).body.code).toBe("OUTCOME_UNKNOWN");
    expect(Date.now() - cutAt).toBeLessThan(500);
    const echo = await ann.ask("POST", "/api/mcp/old/tools/echo/call", { arguments: { message: "again" } });
    expect(echo.body.content).toEqual([{ type: "text", text: "Echo: again" }]);
  });
});

describe("an answer that comes a byte a second", () => {
  const TIMEOUT_MS = 1_500;
  const drip = (response: ServerResponse, text: string) => {
    let at = 0;
    const timer = setInterval(() => response.write(text[at++ % text.length] ?? ""), 1_000);
    response.on("close", () => clearInterval(timer));
  };

  const ways: Record<string, (exchange: Exchange) => void> = {
    json: ({ response }) => drip(response.writeHead(200, { "content-type": "application/json" }), '{"jsonrpc":"2.0","id":1}'),
    stream: ({ response }) => drip(response.writeHead(200, { "content-type": "text/event-stream" }), ": still here\n"),
    head: ({ response: { socket } }) => void socket?.write("HTTP/1.1 200 OK\r\n"),
  };

  it("[F-HTTP-23] ends at the call's deadline, whatever of it drips; its socket ends soon after", async () => {
    const ended: string[] = [];
    const entries = Object.entries(ways).map(async ([name, how]) => {
      const server = await startHandmadeServer({ withSessions: true });
      cleanups.push(() => server.close());
      server.instead.set("tools/call", (exchange) => {
        exchange.response.on("close", () => ended.push(name));
        how(exchange);
      });
      return [name, { type: "streamable-http", url: server.url, timeout: TIMEOUT_MS }];
    });
    const house = await startHouse(Object.fromEntries(await Promise.all(entries)), { hosted: true });
    cleanups.push(() => house.close());
    const ann = await house.user("ann");
    await Promise.all(
      Object.keys(ways).map(async (name) => {
        await ann.ask("POST", `/api/mcp/${name}/connect`);
        const startedAt = Date.now();
        const { body } = await ann.ask("POST", `/api/mcp/${name}/tools/go/call`, { arguments: {} });
        const tookMs = Date.now() - startedAt;
        console.log(`${name}: ended after ${tookMs} ms of ${TIMEOUT_MS}`);
        expect(body.code).toBe("CALL_TIMEOUT");
        expect(tookMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 5);
        expect(tookMs).toBeLessThanOrEqual(TIMEOUT_MS + 250);
      }),
    );
    await expect.poll(() => ended.sort(), { timeout: 8_000 }).toEqual(["head", "json", "stream"]);
  }, 20_000);
});

describe("a proxy that holds answers back until they are complete", () => {
  const hint = /a proxy in front of the server may hold answers back; its buffering must be off \(nginx: proxy_buffering off\)/;
  const servers = {
    "of the handshake era": () => startHttpServer(),
    "without sessions": () => startModernHttpServer(),
  };

  async function behindProxy(start: () => Promise<{ url: string; close(): Promise<void> }>, type = "streamable-http") {
    const server = await kept(start());
    const proxy = await kept(startBufferingProxy(server.url));
    const house = await kept(
      startHouse({ behind: { type, url: proxy.url, timeout: 1_500, initTimeout: 9_000 } }, { hosted: true }),
    );
    const ann = await house.user("ann");
    const status = async () => (await ann.ask("GET", "/api/mcp/connection/status/behind")).body.status;
    return { ann, status };
  }

  it.each(Object.entries(servers))(
    "[F-HTTP-27] is found out behind a server %s, and a hint is shown",
    async (_, start) => {
      const { ann, status } = await behindProxy(start);
      expect((await ann.ask("POST", "/api/mcp/behind/connect")).body).toMatchObject({ status: { state: "connected" } });
      const { body } = await ann.ask("POST", "/api/mcp/behind/tools/slow/call", { arguments: { ms: 4_000 } });
      expect(body.code).toBe("CALL_TIMEOUT");
      expect(body.message).toMatch(hint);
      const { state, warnings } = await status();
      expect(state).toBe("connected");
      expect(warnings).toEqual([{ code: "ANSWERS_HELD_BACK", message: expect.stringMatching(hint) }]);
    },
    20_000,
  );

  it("[F-HTTP-27] is found out before any call, by a stream of notifications that does not begin", async () => {
    const { ann, status } = await behindProxy(servers["of the handshake era"]);
    ann.socket();
    await ann.ask("POST", "/api/mcp/behind/connect");
    await expect
      .poll(async () => (await status()).warnings, { timeout: 8_000 })
      .toEqual([{ code: "ANSWERS_HELD_BACK", message: expect.stringMatching(/stream does not begin/) }]);
  }, 20_000);

  it("[F-HTTP-27] is named as the reason when the older transport cannot be opened at all", async () => {
    const { ann } = await behindProxy(startSseServer, "sse");
    const { body } = await ann.ask("POST", "/api/mcp/behind/connect");
    expect(body).toMatchObject({ code: "CONNECT_TIMEOUT", message: expect.stringMatching(hint) });
  }, 20_000);

  it("is not suspected when a tool is slow and says so in between", async () => {
    const server = await kept(startHttpServer());
    const house = await kept(
      startHouse({ slow: { type: "streamable-http", url: server.url, timeout: 1_000 } }, { hosted: true }),
    );
    const ann = await house.user("ann");
    const { body } = await ann.ask("POST", "/api/mcp/slow/tools/slow/call", { arguments: { ms: 3_000, steps: 1 } });
    expect(body.message).not.toMatch(hint);
    expect((await ann.ask("GET", "/api/mcp/connection/status/slow")).body.status.warnings).toEqual([]);
  });
});
