import { afterEach, describe, expect, it } from "vitest";
import { type Exchange, PROPER, TOOL } from "../../servers/raw/exchange.ts";
import { afterOnePage, circle, endlessPages, sameCursor } from "../../servers/raw/faults/pages.ts";
import { startRawHttpServer } from "../../servers/raw/raw-http-server.ts";
import { hostileHouse } from "./hostile-house.ts";

const { serve, closeAll } = hostileHouse();
afterEach(closeAll);

describe("a list of tools", () => {
  it("[PROTO-02] that never ends is cut after 50 pages, and what was read can be used", async () => {
    const raw = await startRawHttpServer({ "tools/list": endlessPages({ perPage: 3 }) });
    const { connect, call, tools } = await serve(raw);
    const { status } = await connect();
    expect(status.state).toBe("connected");
    expect(status.warnings).toEqual([
      { code: "TOOLS_LEFT_OUT", message: "the server's list of tools has more than 50 pages; the rest is left out" },
    ]);
    expect(raw.heardOf("tools/list")).toHaveLength(50);
    expect(await tools()).toHaveLength(150);
    expect((await call("t50-2")).status).toBe(200);
  });

  it("[PROTO-02] is cut at 1,000 tools, however they come", async () => {
    const raw = await startRawHttpServer({ "tools/list": endlessPages({ perPage: 300 }) });
    const { connect, tools } = await serve(raw);
    expect((await connect()).status.warnings[0]?.message).toContain("more than 1000 entries");
    expect(raw.heardOf("tools/list")).toHaveLength(4);
    expect(await tools()).toHaveLength(1_000);
  });

  it("[PROTO-02] whose pages trickle is cut in time for the rest of the server", async () => {
    const next = endlessPages();
    const raw = await startRawHttpServer({ "tools/list": (exchange) => void setTimeout(() => next(exchange), 300) });
    const { connect } = await serve(raw, { initTimeout: 3_000 });
    const { status } = await connect();
    expect(status.state).toBe("connected");
    expect(status.warnings[0]?.message).toContain("takes longer than 1.5 s");
  });

  it("[PROTO-02] whose second page never comes is cut in time for the rest of the server", async () => {
    const raw = await startRawHttpServer({ "tools/list": afterOnePage(() => {}) });
    const { connect, call } = await serve(raw, { initTimeout: 4_000 });
    const { status } = await connect();
    expect(status.state).toBe("connected");
    expect(status.warnings).toEqual([
      { code: "TOOLS_LEFT_OUT", message: "the server's list of tools takes longer than 2 s; the rest is left out" },
    ]);
    expect((await call()).status).toBe(200);
  });

  it.each([
    ["a failure", ({ body }: Exchange) => body("text/plain", "", 500), "HTTP 500"],
    ["a refusal", ({ refuse }: Exchange) => refuse(-32_602, "Invalid cursor"), "Invalid cursor"],
    ["no list", ({ answer }: Exchange) => answer({ tools: null }), "the server's list of tools is not a list"],
    ["more than is read", ({ answer }: Exchange) => answer({ tools: [], padding: "x".repeat(20_000_000) }), "bytes"],
  ] as const)("[PROTO-02] whose second page is %s is cut there, and what was read can be used", async (_, fault, words) => {
    const raw = await startRawHttpServer({ "tools/list": afterOnePage(fault) });
    const { connect, call, tools } = await serve(raw);
    const { status } = await connect();
    expect(status.state).toBe("connected");
    expect(status.warnings).toEqual([
      { code: "TOOLS_LEFT_OUT", message: expect.stringContaining("the server's list of tools cannot be read after page 1") },
    ]);
    expect(status.warnings[0]?.message).toContain(words);
    expect(await tools()).toHaveLength(1);
    expect((await call()).status).toBe(200);
  });

  it("that ends with an empty cursor has ended", async () => {
    const raw = await startRawHttpServer({ "tools/list": ({ answer }) => answer({ tools: [TOOL], nextCursor: "" }) });
    const { connect } = await serve(raw);
    expect((await connect()).status).toMatchObject({ state: "connected", warnings: [] });
    expect(raw.heardOf("tools/list")).toHaveLength(1);
  });

  it("that goes in a circle is read once", async () => {
    for (const [fault, pages] of [
      [sameCursor, 2],
      [circle, 3],
    ] as const) {
      const raw = await startRawHttpServer({ "tools/list": fault });
      const { connect } = await serve(raw);
      expect((await connect()).status.state).toBe("connected");
      expect(raw.heardOf("tools/list")).toHaveLength(pages);
    }
  });

  it("[PROTO-27] that was promised and is refused leaves a connection without tools, and a warning", async () => {
    const raw = await startRawHttpServer({ "tools/list": ({ refuse }) => refuse(-32601, "Method not found") });
    const { connect, tools } = await serve(raw);
    const { status } = await connect();
    expect(status.state).toBe("connected");
    expect(status.warnings).toEqual([
      { code: "TOOLS_NOT_LISTED", message: "the server says that it has tools, and does not list them" },
    ]);
    expect(await tools()).toEqual([]);
    raw.faults["tools/list"] = PROPER["tools/list"];
    raw.tell('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}');
    await expect.poll(tools, { timeout: 5_000 }).toHaveLength(1);
    expect((await connect()).status.warnings).toEqual([]);
  });
});

describe("templates of resources", () => {
  it("[PROTO-25] are handed on as they are; none is evaluated", async () => {
    const uriTemplate = "file:///{/id*}{/id*}{/id*}{?a,b,c*}";
    const raw = await startRawHttpServer({
      initialize: ({ answer }) =>
        answer({ protocolVersion: "2025-06-18", capabilities: { resources: {} }, serverInfo: { name: "raw", version: "1" } }),
      "resources/list": ({ answer }) => answer({ resources: [{ uri: `file:///${"1,".repeat(20_000)}X`, name: "long" }] }),
      "resources/templates/list": ({ answer }) => answer({ resourceTemplates: [{ uriTemplate, name: "t" }] }),
      "resources/read": ({ answer }) => answer({ contents: [] }),
    });
    const { connect, ann } = await serve(raw);
    await connect();
    const { body } = await ann.ask("GET", "/api/mcp/raw/resources");
    expect(body.templates).toEqual([{ uriTemplate, name: "t" }]);
    expect(body.resources).toHaveLength(1);
  });
});

describe("two people at one server", () => {
  it("[PROTO-32] have a client each: each introduces itself, and counts its requests by itself", async () => {
    const raw = await startRawHttpServer();
    const { house } = await serve(raw);
    const [ann, bob] = [await house.user("ann"), await house.user("bob")];
    for (const who of [ann, bob]) await who.ask("POST", "/api/mcp/raw/connect");
    expect(raw.heardOf("initialize")).toHaveLength(2);
    await Promise.all([ann, bob].map((who) => who.ask("POST", "/api/mcp/raw/tools/go/call", { arguments: {} })));
    const [first, second] = raw.heardOf("tools/call").map(({ id }) => id);
    expect(first).toBe(second);
  });
});
