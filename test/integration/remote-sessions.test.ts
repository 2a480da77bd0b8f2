import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type Exchange, startHandmadeServer } from "../servers/handmade-server.ts";
import { cleanups } from "../support/clean-up.ts";
import type { Answer, Caller } from "../support/house.ts";
import { CALL, connected } from "../support/remote-house.ts";

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

describe("a server that never gave a session", () => {
  it.each([404, 400])("[F-HTTP-08] has none to forget: its %i refuses the call, which is never repeated", async (status) => {
    const server = await startHandmadeServer({
      instead: { "tools/call": ({ response }) => void response.writeHead(status).end() },
    });
    const { call, ann } = await connected(server);
    expect((await call()).body).toMatchObject({ code: "SERVER_ERROR", message: expect.stringContaining(`HTTP ${status}`) });
    expect(server.asked.filter((method) => method === "tools/call")).toHaveLength(1);
    expect((await ann.ask("GET", "/api/mcp/connection/status/remote")).body.status.state).toBe("connected");
  });
});

/** Calls at this pace until told to stop; `at` is when each began, epoch milliseconds. What a busy machine misses is made up for. */
function callSteadily(call: () => Promise<Answer>, perSecond: number) {
  const done: Promise<{ at: number; tookMs: number; answer: Answer }>[] = [];
  const startedAt = Date.now();
  const timer = setInterval(() => {
    const at = Date.now();
    while (done.length < ((at - startedAt) * perSecond) / 1_000)
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
      // The house has read from its sockets that they ended: what began before that may have been sent.
      for (let turns = 0; turns < 2; turns += 1) await nextTurn();
      const closedAt = Date.now();
      await sleep(3_000);
      const fresh = await start(old.port);
      cleanups.push(() => fresh.close());
      const backAt = Date.now();
      await sleep(3_000);
      const calls = await stop();

      const failed = calls.filter(({ answer }) => answer.status !== 200);
      expect(failed.map(({ answer }) => answer.body.code)).toEqual(failed.map(() => "OUTCOME_UNKNOWN"));
      expect(failed.filter(({ at }) => at > closedAt).map(({ at, tookMs }) => [at - closedAt, tookMs])).toEqual([]);
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

describe("a server that asks for fewer requests", () => {
  /** It turns the first calls away, for this long. */
  async function busy(retryAfter: string, times: number) {
    const server = await startHandmadeServer({ withSessions: true });
    const at: number[] = [];
    server.instead.set("tools/call", ({ response, answer }) => {
      at.push(Date.now());
      if (at.length <= times) response.writeHead(429, { "retry-after": retryAfter }).end();
      else answer({ content: [] });
    });
    return { at, ...(await connected(server, { timeout: 8_000 })) };
  }

  it("[F-HTTP-10] gets the call again when it said, if that is within the call's own time", async () => {
    const { at, call, ann } = await busy("1", 1);
    expect((await call()).status).toBe(200);
    expect(at).toHaveLength(2);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(995);
    expect((await ann.ask("GET", "/api/mcp/connection/status/remote")).body.status.state).toBe("connected");
  });

  it("[F-HTTP-10] is not asked by anybody before its time; who cannot wait is told when", async () => {
    const { at, call } = await busy("30", 1);
    const refused = await call();
    expect(refused).toMatchObject({ status: 429, body: { code: "RATE_LIMITED", retryable: true } });
    expect(Number(refused.headers.get("retry-after"))).toBe(30);
    const others = await Promise.all([call(), call(), call()]);
    expect(others.map(({ body }) => body.code)).toEqual(["RATE_LIMITED", "RATE_LIMITED", "RATE_LIMITED"]);
    expect(Number(others[0]?.headers.get("retry-after"))).toBeGreaterThan(25);
    expect(at).toHaveLength(1);
  });

  it("[F-HTTP-10] three times is believed: the call is not sent a fourth time", async () => {
    const { at, call } = await busy("1", 99);
    expect((await call()).body.code).toBe("RATE_LIMITED");
    expect(at).toHaveLength(3);
  });

  it("[F-HTTP-10] without saying for how long leaves it to the caller; its key stays free", async () => {
    const server = await startHandmadeServer({ withSessions: true });
    let asked = 0;
    server.instead.set("tools/call", ({ response, answer }) => {
      asked += 1;
      if (asked === 1) response.writeHead(429).end();
      else answer({ content: [] });
    });
    const { ann } = await connected(server);
    const keyed = () => ann.ask("POST", CALL, { arguments: {} }, { "idempotency-key": "one" });
    expect((await keyed()).body.code).toBe("RATE_LIMITED");
    expect((await keyed()).status).toBe(200);
    expect(asked).toBe(2);
  });
});
