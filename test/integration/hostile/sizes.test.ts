import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { endlessEvent, hugeBody, type Poured } from "../../servers/raw/faults/huge.ts";
import { endlessPages } from "../../servers/raw/faults/pages.ts";
import { type RawHttpServer, startRawHttpServer } from "../../servers/raw/raw-http-server.ts";
import { rawStdio } from "../../servers/raw/raw-stdio.ts";
import { stdioFixture } from "../../servers/stdio-fixture.ts";
import { startHouseApart } from "../../support/house-apart.ts";
import { hostileHouse } from "./hostile-house.ts";

const { attack, keep, closeAll } = hostileHouse();
afterEach(closeAll);
vi.setConfig({ testTimeout: 60_000 });

const MIB = 1024 * 1024;
const CAP = 16 * MIB;

/** A house in a process of its own, so that its memory is its own. */
async function apart(raw: RawHttpServer) {
  keep(raw.close);
  const house = await startHouseApart({ raw: { type: "streamable-http", url: raw.url, timeout: 60_000 } });
  keep(house.close);
  const connect = async () => (await house.ask("ann", "POST", "/api/mcp/raw/connect")).body;
  const call = () => house.ask("ann", "POST", "/api/mcp/raw/tools/go/call", { arguments: {} });
  return { house, connect, call };
}

describe.runIf(process.platform === "linux")("what is too large, and the memory it takes", () => {
  it("[PROTO-03] a list of 10,000 tools in 100 MB is not read to its end", async () => {
    const poured: Poured = [];
    const raw = await startRawHttpServer({ "tools/list": hugeBody(100, poured, '"tools":[{"name":"', '"}]') });
    const { house, connect } = await apart(raw);
    await connect();
    const memory = house.watchMemory();
    expect((await connect()).code).toBe("RESULT_TOO_LARGE");
    const { status } = (await house.ask("ann", "GET", "/api/mcp/connection/status/raw")).body;
    expect(status).toMatchObject({ state: "error", reason: { code: "RESULT_TOO_LARGE" } });
    await expect.poll(() => poured.length).toBe(2);
    expect(Math.max(...poured)).toBeLessThan(CAP + 8 * MIB);
    expect(memory.peakGrowth()).toBeLessThan(64 * MIB);
  });

  it("[PROTO-03] 10,000 tools of 10 KB each, page by page, are cut where they pass the limit", async () => {
    const raw = await startRawHttpServer({ "tools/list": endlessPages({ perPage: 100, padding: "x".repeat(10_000) }) });
    const { house, connect } = await apart(raw);
    const memory = house.watchMemory();
    const { status } = await connect();
    expect(status.state).toBe("connected");
    expect(status.warnings[0].code).toBe("TOOLS_LEFT_OUT");
    expect(raw.heardOf("tools/list").length).toBeLessThan(12);
    console.log(`memory grew by ${Math.round(memory.peakGrowth() / MIB)} MiB`);
    expect(memory.peakGrowth()).toBeLessThan(64 * MIB);
  });

  it("[PROTO-04] a text of 64 MB and one of 1 GB are cut at the cap, and the caller is told why", async () => {
    const poured: Poured = [];
    const raw = await startRawHttpServer();
    const { house, connect, call } = await apart(raw);
    await connect();
    await call();
    const memory = house.watchMemory();
    for (const mib of [64, 1_024]) {
      raw.faults["tools/call"] = hugeBody(mib, poured);
      expect((await call()).body).toMatchObject({ code: "RESULT_TOO_LARGE", retryable: false });
    }
    await expect.poll(() => poured.length).toBe(2);
    expect(Math.max(...poured)).toBeLessThan(CAP + 8 * MIB);
    console.log(`memory grew by ${Math.round(memory.peakGrowth() / MIB)} MiB`);
    // The SDK alone: 324 MB for the smaller one of the two.
    expect(memory.peakGrowth()).toBeLessThan(128 * MIB);
    raw.faults["tools/call"] = undefined;
    expect((await call()).status).toBe(200);
  });

  it("[PROTO-06] an event that does not end is cut at the cap, in an answer and between answers", async () => {
    const poured: Poured = [];
    const raw = await startRawHttpServer({ "tools/call": endlessEvent(64, poured) });
    const { house, connect, call } = await apart(raw);
    await connect();
    const memory = house.watchMemory();
    expect((await call()).body.code).toBe("RESULT_TOO_LARGE");
    raw.faults["tools/call"] = undefined;
    raw.faults.GET = endlessEvent(64, poured);
    raw.cut();
    await expect.poll(() => poured.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    expect(Math.max(...poured)).toBeLessThan(CAP);
    console.log(`memory grew by ${Math.round(memory.peakGrowth() / MIB)} MiB`);
    expect(memory.peakGrowth()).toBeLessThan(64 * MIB);
    expect((await call()).status).toBe(200);
  });
});

describe("what is small on the wire and large behind it", () => {
  const bomb = gzipSync(`{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"${"x".repeat(200 * MIB)}"}]}}`);
  const events = gzipSync(`data: ${"x".repeat(200 * MIB)}\n\n`);

  it.each([
    ["a body", "application/json", bomb, 200],
    ["an event", "text/event-stream", events, 200],
    ["a refusal", "text/plain", bomb, 500],
  ] as const)("is cut at the cap: %s", async (_, type, packed, code) => {
    const raw = await startRawHttpServer({
      "tools/call": (exchange) => {
        exchange.header("content-encoding", "gzip");
        exchange.body(type, packed, code);
      },
    });
    const { house, connect, call } = await apart(raw);
    await connect();
    const memory = house.watchMemory();
    const { body } = await call();
    expect(["RESULT_TOO_LARGE", "OUTCOME_UNKNOWN"]).toContain(body.code);
    console.log(`memory grew by ${Math.round(memory.peakGrowth() / MIB)} MiB`);
    expect(memory.peakGrowth()).toBeLessThan(96 * MIB);
  });
});

describe("a line that does not end", () => {
  it("[PROTO-07] closes its connection, says so, and leaves other servers alone", async () => {
    const raw = rawStdio({ "tools/call": ["endlessLine", 11] });
    keep(raw.close);
    const { connect, call, status, ann } = await attack(raw.entry, { good: stdioFixture() });
    await connect();
    await ann.ask("POST", "/api/mcp/good/connect");
    const { body } = await call();
    expect(body).toMatchObject({
      code: "RESULT_TOO_LARGE",
      message: "the program sent a line that is too long: more than 8388608 bytes",
    });
    expect((await status()).reason).toMatchObject({
      code: "CONNECTION_CLOSED",
      message: "the program sent a line that is too long: more than 8388608 bytes",
    });
    const echo = await ann.ask("POST", "/api/mcp/good/tools/echo/call", { arguments: { message: "hi" } });
    expect(echo.status).toBe(200);
    raw.set({});
    await expect.poll(async () => (await call()).status, { timeout: 10_000 }).toBe(200);
  });
});
