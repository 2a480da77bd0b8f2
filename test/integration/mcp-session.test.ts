import { describe, expect, it } from "vitest";
import type { McpSession } from "../../api/mcp/session/session.ts";
import type { ResolvedTarget } from "../../config/templates/resolved.ts";
import { startHttpServer } from "../servers/http-server.ts";
import { startSseServer } from "../servers/sse-server.ts";
import { type StdioMode, stdioFixture } from "../servers/stdio-fixture.ts";
import { startWebSocketServer } from "../servers/websocket-server.ts";
import { cleanups } from "../support/clean-up.ts";
import { isAlive } from "../support/is-alive.ts";
import { type OpenForTestsOptions, openForTests } from "../support/open-for-tests.ts";

const open = (target: ResolvedTarget, options: Partial<OpenForTestsOptions> = {}) =>
  openForTests(target, { ...options, keep: (close) => void cleanups.push(close) });

const remote = (
  kind: "sse" | "streamable-http" | "websocket",
  url: string,
  headers: Record<string, string> = {},
): ResolvedTarget => ({ kind, url, headers, proxy: null });
const stdio = (mode: StdioMode): ResolvedTarget => ({ kind: "stdio", ...stdioFixture(mode), env: {}, cwd: null });
const call = (session: McpSession, tool: string, args: Record<string, unknown> = {}, timeoutMs = 5_000) =>
  session.callTool({ tool, arguments: args, timeoutMs, maxTotalMs: timeoutMs * 2 });

const transports: Record<string, () => Promise<ResolvedTarget>> = {
  stdio: async () => stdio("good"),
  "streamable-http": async () => {
    const server = await startHttpServer();
    cleanups.push(server.close);
    return remote("streamable-http", server.url);
  },
  sse: async () => {
    const server = await startSseServer();
    cleanups.push(server.close);
    return remote("sse", server.url);
  },
  websocket: async () => {
    const server = await startWebSocketServer();
    cleanups.push(server.close);
    return remote("websocket", server.url);
  },
};

describe.each(Object.entries(transports))("a session over %s", (_, target) => {
  it("initializes, lists, calls, reports progress and stops at its deadline", async () => {
    const session = await open(await target());
    expect(session.instructions).toBe("For tests.");
    expect([...session.tools().keys()]).toContain("echo");
    expect(await call(session, "echo", { message: "hi" })).toMatchObject({ content: [{ type: "text", text: "Echo: hi" }] });
    expect(await call(session, "fail")).toMatchObject({ isError: true });
    expect(await call(session, "structured", { city: "Graz" })).toMatchObject({
      structuredContent: { city: "Graz", celsius: 18 },
    });
    const seen: number[] = [];
    await session.callTool({
      tool: "slow",
      arguments: { ms: 2_000, steps: 4 },
      timeoutMs: 1_200,
      maxTotalMs: 5_000,
      onProgress: ({ progress }) => seen.push(progress),
    });
    // The last step may be overtaken by the answer itself.
    expect(seen.slice(0, 3)).toEqual([1, 2, 3]);
    await expect(call(session, "slow", { ms: 5_000, steps: 1 }, 200)).rejects.toMatchObject({ code: "CALL_TIMEOUT" });
    await expect(call(session, "nope")).rejects.toMatchObject({ code: "TOOL_UNKNOWN" });
  });

  it("asks a person in the middle of a call, whose deadline stands still meanwhile", async () => {
    const asked: unknown[] = [];
    const ask = async (kind: string, { message }: Record<string, unknown>, signal: AbortSignal) => {
      asked.push([kind, message, signal.aborted]);
      await new Promise((resolve) => setTimeout(resolve, 700));
      return { action: "accept", content: { colour: "red" } };
    };
    const session = await open(await target(), { host: { ask } });
    const { content } = await call(session, "ask", {}, 500);
    expect(content).toEqual([{ type: "text", text: JSON.stringify({ action: "accept", content: { colour: "red" } }) }]);
    expect(asked).toEqual([["elicitation", "Which colour?", false]]);
  });

  it("runs many calls at the same time without mixing answers", async () => {
    const session = await open(await target());
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => call(session, "echo", { message: `m${index}` })));
    expect(answers.map(({ content }) => content[0])).toEqual(
      answers.map((_, index) => ({ type: "text", text: `Echo: m${index}` })),
    );
  });
});

describe("streamable HTTP", () => {
  const start = async () => {
    const server = await startHttpServer();
    cleanups.push(server.close);
    return server;
  };

  it("sends the server's headers with every request and ends the session on close", async () => {
    const server = await start();
    const session = await open(remote("streamable-http", server.url, { "X-Key": "k-1" }));
    await call(session, "echo", { message: "x" });
    expect(new Set(server.ledger.headerValues("x-key"))).toEqual(new Set(["k-1"]));
    expect(server.sessionCount).toBe(1);
    await session.close();
    expect(server.sessionCount).toBe(0);
  });

  it("[F-HTTP-05] tells the server of a cancelled call", async () => {
    const server = await start();
    const session = await open(remote("streamable-http", server.url));
    const abort = new AbortController();
    const running = session.callTool({
      tool: "slow",
      arguments: { ms: 10_000, steps: 1 },
      timeoutMs: 20_000,
      maxTotalMs: 20_000,
      signal: abort.signal,
    });
    await expect.poll(() => server.ledger.callsOf("slow").length).toBe(1);
    abort.abort();
    await expect(running).rejects.toMatchObject({ code: "CALL_CANCELLED" });
    await expect.poll(() => server.ledger.callsOf("slow")[0]?.outcome).toBe("cancelled");
  });

  it("[F-HTTP-01] says that nobody listens", async () => {
    const server = await startHttpServer();
    await server.close();
    await expect(open(remote("streamable-http", server.url))).rejects.toMatchObject({
      code: "CONNECT_FAILED",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it("[F-HTTP-03] gives up on a server that accepts and never answers", async () => {
    const server = await start();
    server.faults.hang = true;
    const startedAt = Date.now();
    await expect(open(remote("streamable-http", server.url), { initTimeoutMs: 300 })).rejects.toMatchObject({
      code: "CONNECT_TIMEOUT",
    });
    const ms = Date.now() - startedAt;
    expect(ms).toBeLessThan(800);
    console.log(`given up after ${ms} ms`);
  });

  it("tells refused credentials, a wanted sign-in and a rate limit apart", async () => {
    const server = await start();
    server.faults.accepts = () => false;
    await expect(
      open(remote("streamable-http", server.url, { Authorization: "Bearer x" }), { sendsCredentials: true }),
    ).rejects.toMatchObject({ code: "CREDENTIALS_REFUSED" });
    await expect(open(remote("streamable-http", server.url))).rejects.toMatchObject({ code: "OAUTH_REQUIRED" });
    server.faults.status = 429;
    server.faults.headers = { "retry-after": "7" };
    await expect(open(remote("streamable-http", server.url))).rejects.toMatchObject({
      code: "RATE_LIMITED",
      retryAfterMs: 7_000,
    });
  });

  it("notices new tools when the server says so", async () => {
    const server = await start();
    const session = await open(remote("streamable-http", server.url));
    let told = 0;
    session.onToolsChanged(() => {
      told += 1;
    });
    // The server can only tell us once our GET stream is open.
    await expect.poll(() => server.ledger.requests.filter(({ method }) => method === "GET").length).toBeGreaterThan(0);
    server.addTool("fresh");
    await expect.poll(() => session.tools().has("fresh")).toBe(true);
    expect(told).toBeGreaterThan(0);
  });

  it("[F-HTTP-08] says of a forgotten session that the call never ran", async () => {
    const server = await start();
    const session = await open(remote("streamable-http", server.url));
    server.forgetSessions();
    await expect(call(session, "echo", { message: "x" })).rejects.toMatchObject({ code: "CONNECTION_CLOSED", neverRan: true });
  });
});

describe("stdio", () => {
  it("[F-STD-08] kills a program that never speaks", async () => {
    const startedAt = Date.now();
    await expect(open(stdio("hangs"), { initTimeoutMs: 500 })).rejects.toMatchObject({ code: "CONNECT_TIMEOUT" });
    const ms = Date.now() - startedAt;
    expect(ms).toBeLessThan(1_000);
    console.log(`given up after ${ms} ms`);
  });

  it("says at once when the program ends before it speaks", async () => {
    await expect(open(stdio("exits"))).rejects.toMatchObject({ code: "CONNECT_FAILED" });
  });

  it("[F-STD-10] passes over lines that are not JSON-RPC", async () => {
    const session = await open(stdio("garbage"));
    expect(await call(session, "echo", { message: "hi" })).toMatchObject({ content: [{ text: "Echo: hi" }] });
  });

  it("[F-STD-03] fails running calls at once when the program is killed", async () => {
    const session = await open(stdio("good"));
    const answer = await call(session, "pids");
    const { pid } = JSON.parse((answer.content[0] as { text: string }).text) as { pid: number };
    expect(isAlive(pid)).toBe(true);
    const lost = new Promise((resolve) => session.onLost(resolve));
    const running = Array.from({ length: 20 }, () =>
      call(session, "slow", { ms: 20_000, steps: 1 }, 30_000).catch((error: unknown) => error),
    );
    await call(session, "echo", { message: "in order" });
    const killedAt = Date.now();
    process.kill(pid, "SIGKILL");
    for (const error of await Promise.all(running)) expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    const ms = Date.now() - killedAt;
    expect(ms).toBeLessThan(500);
    console.log(`a killed program was noticed by all its calls after ${ms} ms`);
    expect(await lost).toMatchObject({ code: "CONNECTION_CLOSED" });
  });
});
