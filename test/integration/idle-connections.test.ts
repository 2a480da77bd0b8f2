import { describe, expect, it } from "vitest";
import { type HttpFixture, startHttpServer } from "../servers/http-server.ts";
import { startModernHttpServer } from "../servers/modern-http-server.ts";
import { cleanups, kept } from "../support/clean-up.ts";
import { fastClock } from "../support/fast-clock.ts";
import { type Caller, startHouse } from "../support/house.ts";

/** A house whose minutes pass in a second, and somebody connected to this server. */
async function connected(url: string): Promise<{ ann: Caller }> {
  const house = await kept(startHouse({ one: { type: "streamable-http", url } }, { hosted: true, clock: fastClock(60) }));
  const ann = await house.user("ann");
  expect((await ann.ask("POST", "/api/mcp/one/connect")).body.status.state).toBe("connected");
  return { ann };
}

async function come(ann: Caller) {
  const socket = ann.socket();
  await new Promise((resolve) => socket.once("mcp:snapshot", resolve));
  return socket;
}

const streams = (server: HttpFixture) => server.ledger.requests.filter(({ method }) => method === "GET").length;
const toolNames = async (ann: Caller): Promise<string[]> =>
  (await ann.ask("GET", "/api/mcp/one/tools")).body.tools.map(({ name }: { name: string }) => name);

describe("a connection that nobody looks at", () => {
  it("holds no stream of notifications open; it is opened for who comes and closed when they have gone", async () => {
    const server = await kept(startHttpServer());
    const { ann } = await connected(server.url);
    await ann.ask("POST", "/api/mcp/one/tools/echo/call", { arguments: { message: "a" } });
    expect(streams(server)).toBe(0);

    const socket = await come(ann);
    await expect.poll(() => streams(server)).toBe(1);
    const changed = new Promise((resolve) => socket.once("mcp:tools", resolve));
    server.addTool("later");
    await changed;
    expect(await toolNames(ann)).toContain("later");

    socket.disconnect();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    server.addTool("unheard");
    await come(ann);
    await expect.poll(() => streams(server)).toBe(2);
    await expect.poll(() => toolNames(ann)).toContain("unheard");
  });

  it("lists anew what may have changed unheard, when asked after half a minute, and for a tool it does not know", async () => {
    const server = await kept(startHttpServer());
    const { ann } = await connected(server.url);
    server.addTool("unheard");
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await ann.ask("POST", "/api/mcp/one/tools/unheard/call", { arguments: {} })).status).toBe(200);
    expect(streams(server)).toBe(0);
    expect(await toolNames(ann)).toContain("unheard");
  });

  it("does the same in the newer era", async () => {
    const server = await startModernHttpServer();
    cleanups.push(() => server.close());
    const { ann } = await connected(server.url);
    const listens = () => server.ledger.requests.filter(({ headers }) => headers["mcp-method"] === "subscriptions/listen").length;
    expect(listens()).toBe(0);
    await come(ann);
    await expect.poll(listens).toBe(1);
  });
});
