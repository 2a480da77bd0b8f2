import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { startHttpServer } from "../servers/http-server.ts";
import { startModernHttpServer } from "../servers/modern-http-server.ts";
import { cleanups, kept } from "../support/clean-up.ts";
import { fastClock } from "../support/fast-clock.ts";
import { type Caller, startHouse } from "../support/house.ts";

/** A house whose minutes pass in a second, and somebody connected to this server. */
async function connected(url: string): Promise<{ ann: Caller }> {
  const house = await kept(
    startHouse({ one: { type: "streamable-http", url, initTimeout: 600_000 } }, { hosted: true, clock: fastClock(60) }),
  );
  const ann = await house.user("ann");
  expect((await ann.ask("POST", "/api/mcp/one/connect")).body.status.state).toBe("connected");
  return { ann };
}

const SOON = { timeout: 10_000 };

async function come(ann: Caller) {
  const socket = ann.socket();
  await new Promise((resolve) => socket.once("mcp:snapshot", resolve));
  return socket;
}

const toolNames = async (ann: Caller): Promise<string[]> =>
  (await ann.ask("GET", "/api/mcp/one/tools")).body.tools.map(({ name }: { name: string }) => name);

describe("a connection that nobody looks at", () => {
  it("holds no stream of notifications open; it is opened for who comes, and for calls, and closed when they have gone", async () => {
    const server = await kept(startHttpServer());
    const { ann } = await connected(server.url);
    // Half a second on a busy machine: whoever looks may come too late to see it open.
    await expect.poll(() => server.streamsOpened, SOON).toBe(1);
    await expect.poll(() => server.streams, SOON).toBe(0);

    const socket = await come(ann);
    await expect.poll(() => server.streams, SOON).toBe(1);
    const changed = new Promise((resolve) => socket.once("mcp:tools", resolve));
    server.addTool("later");
    await changed;
    expect(await toolNames(ann)).toContain("later");
    await sleep(1_500);
    expect(server.streams).toBe(1);

    socket.disconnect();
    await expect.poll(() => server.streams, SOON).toBe(0);
    const before = server.streamsOpened;
    await ann.ask("POST", "/api/mcp/one/tools/echo/call", { arguments: { message: "a" } });
    await expect.poll(() => server.streamsOpened, SOON).toBe(before + 1);
  });

  it("lists anew what changed unheard, before it is shown and for a tool it does not know", async () => {
    const server = await kept(startHttpServer());
    const { ann } = await connected(server.url);
    await expect.poll(() => server.streamsOpened, SOON).toBe(1);
    await expect.poll(() => server.streams, SOON).toBe(0);
    server.addTool("first");
    expect(await toolNames(ann)).toContain("first");
    await expect.poll(() => server.streams, SOON).toBe(0);
    server.addTool("second");
    expect((await ann.ask("POST", "/api/mcp/one/tools/second/call", { arguments: {} })).status).toBe(200);
  });

  it("does the same in the newer era", async () => {
    const server = await startModernHttpServer();
    cleanups.push(() => server.close());
    const { ann } = await connected(server.url);
    const listens = () => server.ledger.requests.filter(({ headers }) => headers["mcp-method"] === "subscriptions/listen").length;
    await expect.poll(listens, SOON).toBe(1);
    await sleep(1_500);
    await come(ann);
    await expect.poll(listens, SOON).toBe(2);
  });
});
