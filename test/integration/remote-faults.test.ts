import type { ServerResponse } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { ConnectionStatus } from "../../schemas/wire.ts";
import { type Exchange, type HandmadeServer, startHandmadeServer } from "../servers/handmade-server.ts";
import { startSseServer } from "../servers/sse-server.ts";
import { cleanups } from "../support/clean-up.ts";
import { fastClock } from "../support/fast-clock.ts";
import { type Answer, type Caller, type StartHouseOptions, startHouse } from "../support/house.ts";

const CALL = "/api/mcp/remote/tools/go/call";

async function connected(server: HandmadeServer, entry: object = {}, options: StartHouseOptions = {}) {
  cleanups.push(() => server.close());
  const house = await startHouse(
    { remote: { type: "streamable-http", url: server.url, ...entry } },
    { hosted: true, ...options },
  );
  cleanups.push(() => house.close());
  const ann = await house.user("ann");
  expect((await ann.ask("POST", "/api/mcp/remote/connect")).body.status.state).toBe("connected");
  /** What a tab of hers is told. */
  const statuses: ConnectionStatus[] = [];
  const socket = ann.socket();
  socket.on("mcp:status", ({ status }) => statuses.push(status));
  await new Promise((resolve) => socket.once("mcp:snapshot", resolve));
  return { house, ann, statuses, call: () => ann.ask("POST", CALL, { arguments: {} }) };
}

describe("a session the server says it does not have", () => {
  it("[F-HTTP-09] is begun anew for a 400 as for a 404, once for all who call", async () => {
    const server = await startHandmadeServer({ withSessions: true });
    server.onUnknownSession = (response) =>
      void response
        .writeHead(400, { "content-type": "application/json" })
        .end('{"jsonrpc":"2.0","error":{"code":-32000,"message":"Bad Request: No valid session ID provided"},"id":null}');
    const { call } = await connected(server);
    server.forgetSessions();
    server.asked.length = 0;
    const answers = await Promise.all(Array.from({ length: 10 }, call));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(server.asked.filter((method) => method === "initialize")).toHaveLength(1);
  });

  it("[F-HTTP-09] is no lost session when a new one is told the same", async () => {
    const server = await startHandmadeServer({ withSessions: true });
    const { call, ann } = await connected(server);
    server.instead.set("tools/call", ({ response }) => void response.writeHead(400).end("No valid session ID"));
    server.asked.length = 0;
    expect((await call()).body).toMatchObject({ code: "SERVER_ERROR" });
    expect(server.asked.filter((method) => method === "tools/call")).toHaveLength(2);
    expect((await ann.ask("GET", "/api/mcp/connection/status/remote")).body.status.state).toBe("connected");
  });
});

/** Calls at this pace until told to stop; `at` is when each began, epoch milliseconds. */
function callSteadily(call: () => Promise<Answer>, perSecond: number) {
  const done: Promise<{ at: number; tookMs: number; answer: Answer }>[] = [];
  const timer = setInterval(() => {
    const at = Date.now();
    done.push(call().then((answer) => ({ at, tookMs: Date.now() - at, answer })));
  }, 1_000 / perSecond);
  return async () => {
    clearInterval(timer);
    return Promise.all(done);
  };
}

describe("a server that restarts on its port", () => {
  it.each([1, 4])(
    "[F-HTTP-20] loses no call of %i people that comes while it is away, and repeats none",
    async (people) => {
      const ran: unknown[] = [];
      const go = ({ params, answer }: Exchange) => {
        ran.push((params.arguments as { nth: number }).nth);
        // Some are in flight when it stops.
        setTimeout(() => answer({ content: [] }), 100);
      };
      const start = (port: number) => startHandmadeServer({ port, withSessions: true, instead: { "tools/call": go } });
      const old = await start(0);
      const { house } = await connected(old, { timeout: 10_000 });
      const callers = await Promise.all(["ann", "bob", "cas", "dee"].slice(0, people).map((name) => house.user(name)));
      for (const each of callers) await each.ask("POST", "/api/mcp/remote/connect");
      let nth = 0;
      const call = () => {
        nth += 1;
        return (callers[nth % people] as Caller).ask("POST", CALL, { arguments: { nth } });
      };
      const stop = callSteadily(call, 20);
      await sleep(1_000);
      await old.close();
      const closedAt = Date.now();
      await sleep(3_000);
      const fresh = await start(old.port);
      cleanups.push(() => fresh.close());
      const backAt = Date.now();
      await sleep(3_000);
      const calls = await stop();

      const failed = calls.filter(({ answer }) => answer.status !== 200);
      expect(failed.map(({ answer }) => answer.body.code)).toEqual(failed.map(() => "OUTCOME_UNKNOWN"));
      expect(failed.filter(({ at }) => at > closedAt)).toEqual([]);
      const after = calls.filter(({ at }) => at > closedAt);
      expect(after.length).toBeGreaterThan(100);
      const recoveredMs = Math.min(...after.map(({ at, tookMs }) => at + tookMs)) - backAt;
      expect(recoveredMs).toBeLessThan(2_000);
      expect(Math.max(...after.filter(({ at }) => at > backAt + 2_000).map(({ tookMs }) => tookMs))).toBeLessThan(1_000);
      expect(new Set(ran).size).toBe(ran.length);
      console.log(
        `${calls.length} calls: ${failed.length} in flight failed, ${after.length} came later and all ran, back ${recoveredMs} ms after the server`,
      );
    },
    20_000,
  );
});

describe("a stream of notifications", () => {
  const TIMES = 120;
  const MINUTE_MS = 60_000;

  /** Ten minutes of them, in five seconds. */
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

describe("a connection that is reset during a call", () => {
  const RUNS = 200;

  it("[F-HTTP-13] is told apart: what was not sent is sent again, what may have run is not", async () => {
    const server = await startHandmadeServer({ withSessions: true });
    const ran = new Map<number, number>();
    let mode: "whole" | "upload" | "accept" | "headers" | "answer" = "whole";
    server.onPiece = ({ socket, headers }) => {
      if (mode !== "upload" || Number(headers["content-length"]) < 100_000) return;
      mode = "whole";
      socket.resetAndDestroy();
    };
    server.onSocket = (socket) => {
      if (mode !== "accept") return;
      mode = "whole";
      socket.resetAndDestroy();
    };
    server.instead.set("tools/call", ({ params, response, answer }) => {
      const { nth } = params.arguments as { nth: number };
      ran.set(nth, (ran.get(nth) ?? 0) + 1);
      const { socket } = response;
      if (mode === "headers") socket?.write("HTTP/1.1 200 OK\r\ncontent-ty", () => socket.resetAndDestroy());
      else if (mode === "answer") socket?.resetAndDestroy();
      else answer({ content: [] });
    });
    const { ann } = await connected(server);
    const call = (nth: number, chars: number) => ann.ask("POST", CALL, { arguments: { nth, text: "x".repeat(chars) } });
    const random = seeded(13);
    const wrong: string[] = [];
    const tally = new Map<string, number>();
    for (let nth = 0; nth < RUNS; nth += 1) {
      const is = (["upload", "accept", "headers", "answer"] as const)[Math.floor(random() * 4)] ?? "upload";
      mode = is;
      if (is === "accept") for (const socket of server.sockets) socket.resetAndDestroy();
      if (is === "accept") await expect.poll(() => server.sockets.size).toBe(0);
      const { status, body } = await call(nth, is === "upload" ? 150_000 + Math.floor(random() * 2_000_000) : 10);
      mode = "whole";
      const told = status === 200 ? "ran" : body.code;
      const expected = is === "upload" || is === "accept" ? "ran" : "OUTCOME_UNKNOWN";
      if (told !== expected || ran.get(nth) !== 1) wrong.push(`${nth} ${is}: ${told}, ran ${ran.get(nth) ?? 0} times`);
      tally.set(is, (tally.get(is) ?? 0) + 1);
    }
    console.log(`${RUNS} resets, ${wrong.length} told wrongly`, Object.fromEntries(tally));
    expect(wrong).toEqual([]);
  }, 60_000);

  it("[F-HTTP-13] says of a call that could not be sent twice that it did not run", async () => {
    const server = await startHandmadeServer({ withSessions: true });
    server.onPiece = ({ socket, headers }) => {
      if (Number(headers["content-length"]) > 100_000) socket.resetAndDestroy();
    };
    const { ann } = await connected(server);
    const { body } = await ann.ask("POST", CALL, { arguments: { text: "x".repeat(300_000) } });
    expect(body).toMatchObject({ code: "CONNECTION_CLOSED", retryable: true });
    expect(body.message).toMatch(/did not run/);
    const { calls } = (await ann.ask("GET", "/api/mcp/calls")).body;
    expect(calls[0]).toMatchObject({ tool: "go", state: "failed" });
  });
});

describe("a host name that is not found out", () => {
  const failing = (code: string) => async () => {
    throw Object.assign(new Error(`getaddrinfo ${code} mcp.example`), { code, syscall: "getaddrinfo" });
  };
  const slow = () => sleep(10_000).then(() => [{ address: "127.0.0.1", family: 4 }]);

  it.each([
    ["does not exist", failing("ENOTFOUND"), "its host name is not known (ENOTFOUND)"],
    ["has no server that answers", failing("EAI_AGAIN"), "its host name could not be looked up (EAI_AGAIN)"],
    ["takes 10 s", slow, "its host name could not be looked up in time (ETIMEOUT)"],
  ])(
    "[F-HTTP-02] because it %s: told within the connect timeout, with the next try",
    async (_, lookup, words) => {
      const house = await startHouse(
        { far: { type: "streamable-http", url: "http://mcp.example/mcp" } },
        { hosted: true, lookup },
      );
      cleanups.push(() => house.close());
      const ann = await house.user("ann");
      const startedAt = Date.now();
      const { body } = await ann.ask("POST", "/api/mcp/far/connect");
      const tookMs = Date.now() - startedAt;
      expect(body).toMatchObject({ code: "CONNECT_FAILED", message: `the server cannot be reached: ${words}` });
      expect(tookMs).toBeLessThanOrEqual(10_000);
      const { status } = (await ann.ask("GET", "/api/mcp/connection/status/far")).body;
      expect(status).toMatchObject({ state: "error", reason: { code: "CONNECT_FAILED" } });
      expect(status.retryAt - Date.now()).toBeGreaterThan(0);
      expect(status.retryAt - Date.now()).toBeLessThanOrEqual(60_000);
      console.log(`told after ${tookMs} ms`);
    },
    20_000,
  );
});

it("a connection that does not come about is given up within 10 s", async () => {
  const deaf = createServer();
  await new Promise<void>((resolve) => deaf.listen(0, "127.0.0.1", resolve));
  cleanups.push(async () => void deaf.close());
  const url = `https://127.0.0.1:${(deaf.address() as AddressInfo).port}/mcp`;
  const house = await startHouse({ deaf: { type: "streamable-http", url } }, { hosted: true });
  cleanups.push(() => house.close());
  const startedAt = Date.now();
  const { body } = await (await house.user("ann")).ask("POST", "/api/mcp/deaf/connect");
  expect(body.message).toBe("the server cannot be reached: its address did not answer (UND_ERR_CONNECT_TIMEOUT)");
  expect(Date.now() - startedAt).toBeLessThanOrEqual(10_000);
  console.log(`given up after ${Date.now() - startedAt} ms`);
}, 20_000);

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

/** The same numbers every time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
