import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { PROPER, TOOL } from "../../servers/raw/exchange.ts";
import { endlessProgress, flood } from "../../servers/raw/faults/floods.ts";
import { startRawHttpServer } from "../../servers/raw/raw-http-server.ts";
import { stdioFixture } from "../../servers/stdio-fixture.ts";
import { startHouseApart } from "../../support/house-apart.ts";
import { hostileHouse } from "./hostile-house.ts";

const { serve, keep, closeAll } = hostileHouse();
afterEach(closeAll);

const PLACES = 8;
const listChanged = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}';

describe("streams that end as soon as they are open", () => {
  it("[PROTO-09] and ask to be opened at once are opened once a second at most", async () => {
    const raw = await startRawHttpServer({
      GET: async ({ bytes, end }) => {
        await bytes("retry: 0\n\n");
        end();
      },
    });
    const { connect, status, figure } = await serve(raw);
    await connect();
    await expect.poll(() => raw.heardOf("GET").length, { timeout: 3_000 }).toBeGreaterThan(0);
    const from = raw.heardOf("GET").length;
    await sleep(10_000);
    const opened = raw.heardOf("GET").length - from;
    console.log(`${opened} streams in 10 s`);
    expect(opened).toBeGreaterThan(0);
    expect(opened).toBeLessThanOrEqual(10);
    expect(await figure('patchbay_mcp_streams_reopened_total{server="raw"}')).toBeGreaterThanOrEqual(opened);
    expect((await status()).state).toBe("connected");
  });
});

describe("a server that cannot stop", () => {
  it("[PROTO-11] saying that its tools changed is asked once in two seconds, and its last list is the one that counts", async () => {
    const raw = await startRawHttpServer();
    keep(raw.close);
    const house = await startHouseApart({ raw: { type: "streamable-http", url: raw.url } });
    keep(house.close);
    const tools = async () => (await house.ask("ann", "GET", "/api/mcp/raw/tools")).body.tools as { name: string }[];
    await house.ask("ann", "POST", "/api/mcp/raw/connect");
    await expect.poll(() => raw.openStreams.size).toBe(1);
    let version = 0;
    raw.faults["tools/list"] = ({ answer }) => answer({ tools: [{ ...TOOL, name: `v${version}` }] });
    const listedBefore = raw.heardOf("tools/list").length;
    const cpuBefore = await house.figure("process_cpu_seconds_total");
    const startedAt = Date.now();
    for (let round = 0; Date.now() - startedAt < 10_000; round += 1) {
      version = round;
      for (let nth = 0; nth < 100; nth += 1) raw.tell(listChanged);
      await sleep(100);
    }
    const seconds = (Date.now() - startedAt) / 1_000;
    const cpu = ((await house.figure("process_cpu_seconds_total")) - cpuBefore) / seconds;
    const listed = raw.heardOf("tools/list").length - listedBefore;
    console.log(`${listed} lists in ${seconds.toFixed(1)} s, ${Math.round(cpu * 100)} % of a processor`);
    expect(listed).toBeGreaterThan(0);
    expect(listed).toBeLessThanOrEqual(Math.ceil(seconds / 2) + 1);
    expect(cpu).toBeLessThan(0.2);
    version = 1_000;
    raw.tell(listChanged);
    await expect.poll(async () => (await tools())[0]?.name, { timeout: 3_000 }).toBe("v1000");
  }, 60_000);

  it("[PROTO-12] talking during a call loses what is too much, is marked, and slows nobody", async () => {
    const raw = await startRawHttpServer({ "tools/call": flood({ messages: 5_000 }) });
    keep(raw.close);
    const house = await startHouseApart({
      raw: { type: "streamable-http", url: raw.url, timeout: 60_000 },
      good: stdioFixture(),
    });
    keep(house.close);
    const echo = async () => {
      const { status } = await house.ask("bob", "POST", "/api/mcp/good/tools/echo/call", { arguments: { message: "x" } });
      expect(status).toBe(200);
    };
    await house.ask("ann", "POST", "/api/mcp/raw/connect");
    for (let nth = 0; nth < 20; nth += 1) await echo();
    await house.ask("ann", "POST", "/api/mcp/raw/tools/go/call", { arguments: {} });
    raw.faults["tools/call"] = flood({ messages: 100_000 });
    await house.turns();
    const startedAt = Date.now();
    const cpuBefore = await house.figure("process_cpu_seconds_total");
    let isOver = false;
    const call = house.ask("ann", "POST", "/api/mcp/raw/tools/go/call", { arguments: {} }).finally(() => {
      isOver = true;
    });
    let others = 0;
    for (; !isOver; others += 1) await echo();
    expect((await call).status).toBe(200);
    const cpu = ((await house.figure("process_cpu_seconds_total")) - cpuBefore) / ((Date.now() - startedAt) / 1_000);
    const turns = await house.turns();
    console.log(`${others} calls of others meanwhile, ${Math.round(cpu * 100)} % of a processor, turns of the loop`, turns);
    // In processor time, so that it holds on a machine that is busy with other things.
    expect(turns.p99).toBeLessThan(50);
    expect(others).toBeGreaterThan(5);
    expect(await house.figure('patchbay_mcp_messages_refused_total{server="raw",why="over_rate"}')).toBeGreaterThan(90_000);
    const { status } = (await house.ask("ann", "GET", "/api/mcp/connection/status/raw")).body;
    expect(status.warnings).toEqual([
      { code: "NOISY", message: "the server sends more messages than are read; some of them are dropped" },
    ]);
  }, 60_000);

  it("[PROTO-13] telling of progress does not keep a call alive for ever", async () => {
    const raw = await startRawHttpServer({ "tools/call": endlessProgress(50) });
    const { connect, call } = await serve(raw, { timeout: 600 });
    await connect();
    const { body, ms } = await call();
    expect(body.code).toBe("CALL_TIMEOUT");
    expect(body.message).toBe("no answer within 6 s, however much progress was told");
    expect(ms).toBeGreaterThanOrEqual(5_900);
    expect(ms).toBeLessThan(6_600);
    await expect.poll(() => raw.openStreams.size, { timeout: 2_000 }).toBe(1);
    raw.faults["tools/call"] = PROPER["tools/call"];
    expect((await call()).status).toBe(200);
  });

  it("[PROTO-31] talking after a call was cancelled is not listened to, and its place is free at once", async () => {
    const raw = await startRawHttpServer({ "tools/call": endlessProgress(20) });
    const { connect, ann, refused } = await serve(raw, {}, { callsPerConnection: PLACES });
    await connect();
    const path = "/api/mcp/raw/tools/go/call";
    const running = Array.from({ length: PLACES }, (_, nth) => ann.ask("POST", path, { arguments: {}, callId: `c${nth}` }));
    await expect.poll(() => raw.heardOf("tools/call").length, { timeout: 10_000 }).toBe(PLACES);
    expect((await ann.ask("POST", path, { arguments: {} })).body.code).toBe("LIMIT_REACHED");
    raw.faults["tools/call"] = PROPER["tools/call"];
    await ann.ask("POST", "/api/mcp/calls/c0/cancel");
    expect((await ann.ask("POST", path, { arguments: {} })).status).toBe(200);
    await Promise.all(running.slice(1).map((_, nth) => ann.ask("POST", `/api/mcp/calls/c${nth + 1}/cancel`)));
    for (const { body } of await Promise.all(running)) expect(body.code).toBe("CALL_CANCELLED");
    await expect.poll(() => raw.heardOf("notifications/cancelled").length, { timeout: 10_000 }).toBe(PLACES);
    await expect.poll(() => raw.openStreams.size, { timeout: 3_000 }).toBe(1);
    raw.tell('{"jsonrpc":"2.0","id":5,"result":{"content":[]}}');
    await expect.poll(() => refused("stray")).toBeGreaterThan(0);
  });
});
