import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { eraVerdicts } from "../../api/mcp/era-verdicts.ts";
import type { ResolvedTarget } from "../../config/templates/resolved.ts";
import { type Exchange, type HandmadeOptions, startHandmadeServer } from "../servers/handmade-server.ts";
import { startHttpServer } from "../servers/http-server.ts";
import { startModernHttpServer } from "../servers/modern-http-server.ts";
import { stdioFixture } from "../servers/stdio-fixture.ts";
import { cleanups, kept } from "../support/clean-up.ts";
import { movedClock } from "../support/moved-clock.ts";
import { type OpenForTestsOptions, openForTests } from "../support/open-for-tests.ts";

const DAY_MS = 24 * 60 * 60_000;
const open = (target: ResolvedTarget, options: Partial<OpenForTestsOptions> = {}) =>
  openForTests(target, { ...options, keep: (close) => void cleanups.push(close) });
const remote = (url: string): ResolvedTarget => ({ kind: "streamable-http", url, headers: {}, proxy: null });
const echo = { tool: "echo", arguments: { message: "hi" }, timeoutMs: 5_000 };

function program(legacy: "reject" | "serve"): { target: ResolvedTarget; starts(): number } {
  const folder = mkdtempSync(join(tmpdir(), "patchbay-era-"));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "starts");
  const script = fileURLToPath(new URL("../servers/modern-stdio-server.ts", import.meta.url));
  const target: ResolvedTarget = { kind: "stdio", command: process.execPath, args: [script, legacy, file], env: {}, cwd: null };
  return { target, starts: () => readFileSync(file, "utf8").trim().split("\n").length };
}

/** A server of 2026-07-28 that answers every call with a question. */
function askingInstead(method: string): HandmadeOptions["instead"] {
  const fresh = { resultType: "complete", ttlMs: 0, cacheScope: "private" };
  const params = { messages: [{ role: "user", content: { type: "text", text: "hi" } }], maxTokens: 9 };
  const asked = { method, params: method === "roots/list" ? {} : params };
  return {
    "server/discover": ({ answer }) =>
      answer({
        ...fresh,
        supportedVersions: ["2026-07-28"],
        capabilities: { tools: {} },
        serverInfo: { name: "s", version: "1" },
      }),
    "tools/list": ({ answer }) => answer({ ...fresh, tools: [{ name: "go", inputSchema: { type: "object" } }] }),
    "tools/call": ({ answer }) => answer({ resultType: "input_required", inputRequests: { it: asked } }),
  };
}

describe("eras over HTTP", () => {
  it("speaks 2026-07-28 with a server that knows nothing else", async () => {
    const server = await kept(startModernHttpServer());
    const session = await open(remote(server.url));
    expect(session.protocolVersion).toBe("2026-07-28");
    expect([...session.tools().keys()]).toEqual(["echo", "slow", "confirm"]);
    expect((await session.callTool(echo)).content).toEqual([{ type: "text", text: "Echo: hi" }]);
    expect(new Set(server.versions())).toEqual(new Set(["2026-07-28"]));
  });

  it("prefers the newer era where a server speaks both", async () => {
    const server = await kept(startModernHttpServer({ legacy: "stateless" }));
    expect((await open(remote(server.url))).protocolVersion).toBe("2026-07-28");
  });

  it("asks an older server once a day, and only then", async () => {
    const server = await kept(startHttpServer());
    const clock = movedClock();
    const era = eraVerdicts({ clock })("ann");
    const asked = () => server.ledger.requests.filter(({ headers }) => headers["mcp-method"] === "server/discover").length;
    expect((await open(remote(server.url), { era })).protocolVersion).toBe("2025-11-25");
    expect([asked(), era.get()]).toEqual([1, { kind: "legacy" }]);
    await open(remote(server.url), { era });
    expect(asked()).toBe(1);
    await clock.advance(DAY_MS);
    await open(remote(server.url), { era });
    expect(asked()).toBe(2);
  });

  it("asks nobody where the operator has said which era it is", async () => {
    const [both, old] = [await kept(startModernHttpServer({ legacy: "stateless" })), await kept(startHttpServer())];
    const legacy = await open(remote(both.url), { protocolEra: "legacy" });
    expect(legacy.protocolVersion).not.toBe("2026-07-28");
    expect((await open(remote(both.url), { protocolEra: "modern" })).protocolVersion).toBe("2026-07-28");
    await expect(open(remote(old.url), { protocolEra: "modern" })).rejects.toMatchObject({ code: expect.any(String) });
    const refusing = program("reject");
    expect((await open(refusing.target, { protocolEra: "modern" })).protocolVersion).toBe("2026-07-28");
    expect(refusing.starts()).toBe(1);
  });

  it("never takes a verdict from one key to another", () => {
    const eraOf = eraVerdicts({ clock: movedClock() });
    eraOf("ann").learn({ kind: "legacy" });
    expect([eraOf("bob").get(), eraOf("ann").get()]).toEqual([null, { kind: "legacy" }]);
  });

  it("still knows what a server speaks that was merely away", async () => {
    const server = await kept(startHttpServer());
    const era = eraVerdicts({ clock: movedClock() })("ann");
    await open(remote(server.url), { era });
    server.faults.status = 503;
    await expect(open(remote(server.url), { era })).rejects.toMatchObject({ code: "CONNECT_FAILED" });
    expect(era.get()).toEqual({ kind: "legacy" });
  });

  it("finds out at once that a server has left the old era behind", async () => {
    const server = await kept(startModernHttpServer());
    const era = eraVerdicts({ clock: movedClock() })("ann");
    era.learn({ kind: "legacy" });
    expect((await open(remote(server.url), { era })).protocolVersion).toBe("2026-07-28");
    expect(era.get()).toEqual({ kind: "modern", version: "2026-07-28" });
  });

  it("tries the handshake with a server that never answers the question, and remembers nothing of it", async () => {
    const server = await kept(startHttpServer({ silentTo: "server/discover" }));
    const era = eraVerdicts({ clock: movedClock() })("ann");
    expect((await open(remote(server.url), { era })).protocolVersion).toBe("2025-11-25");
    expect(era.get()).toBe(null);
  });

  it.each(['{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request"}}', "{}", "null"])(
    "tries the handshake with a server that answers the question with no answer: %s",
    async (text) => {
      const says = ({ response }: Exchange) => void response.writeHead(200, { "content-type": "application/json" }).end(text);
      const server = await kept(startHandmadeServer({ instead: { "server/discover": says } }));
      expect((await open(remote(server.url))).protocolVersion).toBe("2025-06-18");
      server.instead.set("initialize", says);
      await expect(open(remote(server.url))).rejects.toMatchObject({
        code: "PROTOCOL_ERROR",
        message: "the server's answer does not follow JSON-RPC",
      });
    },
  );

  it("notices within a second that a server without sessions is gone", async () => {
    const server = await startModernHttpServer();
    const session = await open(remote(server.url));
    const lost = new Promise<string>((resolve) => session.onLost(({ code }) => resolve(code)));
    const since = Date.now();
    await server.close();
    expect([await lost, Date.now() - since < 1_000]).toEqual(["CONNECTION_CLOSED", true]);
  });

  it("opens the stream of notifications again when only that broke", async () => {
    const server = await kept(startModernHttpServer());
    const heard: string[] = [];
    const session = await open(remote(server.url), { host: { listChanged: (what) => void heard.push(what) } });
    session.onLost(() => heard.push("lost"));
    const listens = () => server.ledger.requests.filter(({ headers }) => headers["mcp-method"] === "subscriptions/listen").length;
    server.cut();
    await expect.poll(listens, { timeout: 3_000 }).toBe(2);
    await expect
      .poll(() => {
        server.notify.resourcesChanged();
        return heard[0];
      })
      .toBe("resources");
  });

  it("takes a stream of notifications that is silent for too long as broken, and opens another", async () => {
    const server = await kept(startModernHttpServer());
    await open(remote(server.url), { sseReadTimeoutMs: 200 });
    const listens = () => server.ledger.requests.filter(({ headers }) => headers["mcp-method"] === "subscriptions/listen").length;
    await expect.poll(listens, { timeout: 3_000 }).toBeGreaterThan(2);
  });

  it("asks a person in the middle of a call, and stops the call's deadline meanwhile", async () => {
    const server = await kept(startModernHttpServer());
    const asked: unknown[] = [];
    const ask = async (kind: string, params: Record<string, unknown>) => {
      asked.push([kind, params.message]);
      await new Promise((resolve) => setTimeout(resolve, 700));
      return { action: "accept", content: { sure: true } };
    };
    const session = await open(remote(server.url), { host: { ask } });
    const result = await session.callTool({ tool: "confirm", arguments: {}, timeoutMs: 500 });
    expect(result.content).toEqual([{ type: "text", text: JSON.stringify({ action: "accept", content: { sure: true } }) }]);
    expect(asked).toEqual([["elicitation", "Really?"]]);
  });

  it.each(["sampling/createMessage", "roots/list"])(
    "does not give what was not offered: %s is counted, and the call says why",
    async (method) => {
      const server = await kept(startHandmadeServer({ instead: askingInstead(method) }));
      const refused: string[] = [];
      const session = await open(remote(server.url), { host: { notOffered: (what: string) => void refused.push(what) } });
      expect(session.protocolVersion).toBe("2026-07-28");
      await expect(session.callTool({ tool: "go", arguments: {}, timeoutMs: 5_000 })).rejects.toMatchObject({
        code: "SERVER_ERROR",
        message: `instead of an answer the server asked for ${method}, which it was not offered`,
      });
      expect([refused, server.asked.filter((each) => each === "tools/call").length]).toEqual([[method], 1]);
    },
  );

  it("hears of changed lists and of watched resources by one stream", async () => {
    const server = await kept(startModernHttpServer());
    const heard: string[] = [];
    const host = { listChanged: (what: string) => void heard.push(what), resourceChanged: (uri: string) => void heard.push(uri) };
    const session = await open(remote(server.url), { host });
    server.notify.resourcesChanged();
    await expect.poll(() => heard).toEqual(["resources"]);
    await session.wishes.watch(new Set(["note://1"]), { timeoutMs: 5_000 });
    server.notify.resourceUpdated("note://1");
    await expect.poll(() => heard).toEqual(["resources", "note://1"]);
    await session.wishes.watch(new Set(), { timeoutMs: 5_000 });
    server.notify.resourceUpdated("note://1");
    server.notify.resourcesChanged();
    await expect.poll(() => heard).toEqual(["resources", "note://1", "resources"]);
  });
});

describe("eras over stdio", () => {
  it("starts an older program once", async () => {
    const session = await open({ kind: "stdio", ...stdioFixture(), env: {}, cwd: null });
    expect(session.protocolVersion).toBe("2025-11-25");
  });

  it("starts a program of both eras once, with the handshake", async () => {
    const { target, starts } = program("serve");
    const session = await open(target);
    expect([session.protocolVersion, starts()]).toEqual(["2025-11-25", 1]);
  });

  it("starts one that refuses the handshake again for the version it names, and the next time at once for that", async () => {
    const { target, starts } = program("reject");
    const clock = movedClock();
    const era = eraVerdicts({ clock })("ann");
    const session = await open(target, { era });
    expect([session.protocolVersion, starts()]).toEqual(["2026-07-28", 2]);
    expect((await session.callTool(echo)).content).toEqual([{ type: "text", text: "Echo: hi" }]);
    expect((await open(target, { era })).protocolVersion).toBe("2026-07-28");
    expect(starts()).toBe(3);
    await clock.advance(DAY_MS);
    await open(target, { era });
    expect(starts()).toBe(5);
  });

  it("goes back to the handshake when the program no longer speaks the remembered version", async () => {
    const era = eraVerdicts({ clock: movedClock() })("ann");
    era.learn({ kind: "modern", version: "2026-07-28" });
    const session = await open({ kind: "stdio", ...stdioFixture(), env: {}, cwd: null }, { era });
    expect([session.protocolVersion, era.get()]).toEqual(["2025-11-25", null]);
  });
});
