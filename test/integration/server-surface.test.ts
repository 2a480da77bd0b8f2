import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everything } from "../support/everything.ts";
import { type Caller, type RunningHouse, startHouse } from "../support/house.ts";

let house: RunningHouse;
let ann: Caller;
let bob: Caller;
const news: [who: string, name: string, news: unknown][] = [];

beforeAll(async () => {
  house = await startHouse({ all: everything(), plain: everything() }, { hosted: true });
  [ann, bob] = [await house.user("ann"), await house.user("bob")];
  for (const caller of [ann, bob]) {
    const socket = caller.socket();
    socket.onAny((name, event) => void news.push([caller.userId, name, event]));
    await new Promise<void>((resolve) => socket.once("mcp:snapshot", () => resolve()));
  }
});
afterAll(() => house.close());

const of = (who: Caller, name: string) => news.filter(([userId, each]) => userId === who.userId && each === name);
const toolText = async (who: Caller, tool: string, args: object = {}) => {
  const { body } = await who.ask("POST", `/api/mcp/all/tools/${tool}/call`, { arguments: args });
  return body.content?.[0]?.text ?? body;
};

describe("what servers have besides tools, through the API", () => {
  it("lists resources and templates, and reads one", async () => {
    const { status, body } = await ann.ask("GET", "/api/mcp/all/resources");
    expect([status, body.resources.length, body.templates.length]).toEqual([200, 7, 2]);
    const { uri } = body.resources[0];
    const read = await ann.ask("POST", "/api/mcp/all/resources/read", { uri });
    expect(read.body.contents[0]).toMatchObject({ uri, mimeType: expect.any(String), text: expect.any(String) });
    expect((await ann.ask("POST", "/api/mcp/all/resources/read", { uri: "nowhere://x" })).status).toBeGreaterThanOrEqual(400);
    expect((await ann.ask("POST", "/api/mcp/all/resources/read", {})).body.code).toBe("REQUEST_INVALID");
    expect((await ann.ask("GET", "/api/mcp/nobody/resources")).body.code).toBe("SERVER_UNKNOWN");
  });

  it("lists prompts, fills one in, and completes its arguments", async () => {
    const { body } = await ann.ask("GET", "/api/mcp/all/prompts");
    expect(body.prompts.map(({ name }: { name: string }) => name)).toContain("completable-prompt");
    const filled = await ann.ask("POST", "/api/mcp/all/prompts/completable-prompt", {
      arguments: { department: "Sales", name: "Eve" },
    });
    expect(filled.body.messages[0].content.text).toBe("Please promote Eve to the head of the Sales team.");
    const ref = { type: "ref/prompt", name: "completable-prompt" };
    const department = await ann.ask("POST", "/api/mcp/all/complete", { ref, argument: { name: "department", value: "S" } });
    expect(department.body.values).toEqual(["Sales", "Support"]);
    const name = await ann.ask("POST", "/api/mcp/all/complete", {
      ref,
      argument: { name: "name", value: "" },
      context: { department: "Sales" },
    });
    expect(name.body.values).toEqual(["David", "Eve", "Frank"]);
    expect((await ann.ask("POST", "/api/mcp/all/prompts/none", {})).body.code).toMatch(/TOOL_INPUT_REFUSED|SERVER_ERROR/);
  });

  it("is not told of folders: there are none", async () => {
    const { body } = await ann.ask("GET", "/api/mcp/all/tools");
    expect(body.tools.map(({ name }: { name: string }) => name)).not.toContain("get-roots-list");
  });

  it("tells its watcher, and nobody else, when a resource changes; also over a new connection", async () => {
    const uri = "demo://resource/dynamic/text/1";
    expect((await ann.ask("POST", "/api/mcp/all/resources/subscribe", { uri })).body).toEqual({ success: true });
    await toolText(bob, "toggle-subscriber-updates");
    await toolText(ann, "toggle-subscriber-updates");
    await expect.poll(() => of(ann, "mcp:resource")[0]?.[2], { timeout: 8_000 }).toEqual({ server: "all", uri });
    await ann.ask("POST", "/api/mcp/all/reinitialize");
    const before = of(ann, "mcp:resource").length;
    await toolText(ann, "toggle-subscriber-updates");
    await expect.poll(() => of(ann, "mcp:resource").length, { timeout: 8_000 }).toBeGreaterThan(before);
    expect((await ann.ask("POST", "/api/mcp/all/resources/unsubscribe", { uri })).body).toEqual({ success: true });
    expect(of(bob, "mcp:resource")).toEqual([]);
  });

  it("keeps a server's log for its person, from the chosen level on", async () => {
    expect((await ann.ask("POST", "/api/mcp/all/log/level", { level: "loud" })).body.code).toBe("REQUEST_INVALID");
    expect((await ann.ask("POST", "/api/mcp/all/log/level", { level: "debug" })).body).toEqual({ success: true });
    await toolText(ann, "toggle-simulated-logging");
    await expect.poll(() => of(ann, "mcp:log").length, { timeout: 8_000 }).toBeGreaterThan(0);
    const { body } = await ann.ask("GET", "/api/mcp/all/log");
    expect(body.level).toBe("debug");
    expect(body.messages[0]).toMatchObject({ at: expect.any(Number), level: expect.any(String) });
    const cid = await house.user("cid");
    expect((await cid.ask("GET", "/api/mcp/all/log")).body).toEqual({ level: null, messages: [] });
    expect((await bob.ask("GET", "/api/mcp/all/log")).body.level).toBe(null);
    expect((await ann.ask("GET", "/api/mcp/plain/log")).body).toEqual({ level: null, messages: [] });
  });

  it("refuses what a server does not have, and lists nothing of it", async () => {
    const empty = await startHouse(
      {
        bare: {
          type: "stdio",
          command: process.execPath,
          args: [new URL("../servers/stdio-server.ts", import.meta.url).pathname],
        },
      },
      { hosted: true },
    );
    try {
      const cat = await empty.user("cat");
      expect((await cat.ask("GET", "/api/mcp/bare/resources")).body).toEqual({ resources: [], templates: [] });
      expect((await cat.ask("GET", "/api/mcp/bare/prompts")).body).toEqual({ prompts: [] });
      for (const [path, body] of [
        ["resources/read", { uri: "a://b" }],
        ["resources/subscribe", { uri: "a://b" }],
        ["prompts/x", {}],
        ["complete", { ref: { type: "ref/prompt", name: "x" }, argument: { name: "a", value: "" } }],
        ["log/level", { level: "info" }],
      ] as const)
        expect([path, (await cat.ask("POST", `/api/mcp/bare/${path}`, body)).body.code]).toEqual([path, "NOT_OFFERED"]);
    } finally {
      await empty.close();
    }
  });
});
