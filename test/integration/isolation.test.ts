import { describe, expect, it } from "vitest";
import { startHttpServer } from "../servers/http-server.ts";
import { stdioFixture } from "../servers/stdio-fixture.ts";
import { kept } from "../support/clean-up.ts";
import { type Caller, startHouse } from "../support/house.ts";
import { isAlive } from "../support/is-alive.ts";

const toolNames = (tools: { name: string }[]) => tools.map(({ name }) => name).filter((name) => name.startsWith("only-for-"));

describe("people on one server", () => {
  it("[MULTI-03] see the tools the server shows to them", async () => {
    const server = await kept(
      startHttpServer({
        onSession: (session, { "x-user": user }) => void session.registerTool(`only-for-${user}`, {}, () => ({ content: [] })),
      }),
    );
    const headers = { "X-User": "{{LIBRECHAT_USER_USERNAME}}" };
    const house = await kept(startHouse({ one: { type: "streamable-http", url: server.url, headers } }));
    const [ann, bob] = [await house.user("ann"), await house.user("bob")];
    const seen = async (who: Caller) => toolNames((await who.ask("GET", "/api/mcp/one/tools")).body.tools);
    const [ofAnn, ofBob] = await Promise.all([seen(ann), seen(bob)]);
    expect([ofAnn, ofBob]).toEqual([["only-for-ann@example.org"], ["only-for-bob@example.org"]]);
    for (const [who, name] of [
      [ann, "ann"],
      [bob, "bob"],
    ] as const) {
      const { servers } = (await who.ask("GET", "/api/mcp/tools")).body;
      expect(toolNames(servers.one.tools)).toEqual([`only-for-${name}@example.org`]);
    }
    const foreign = await bob.ask("POST", "/api/mcp/one/tools/only-for-ann@example.org/call", {});
    expect(foreign.body.isError === true || foreign.status >= 400).toBe(true);
  });

  it("[MULTI-04] are never served by a connection that has nobody in it", async () => {
    const server = await kept(startHttpServer());
    const headers = { "X-User": "{{LIBRECHAT_USER_ID}}" };
    const house = await kept(startHouse({ one: { type: "streamable-http", url: server.url, headers, startup: true } }));
    const [ann, bob] = [await house.user("ann"), await house.user("bob")];
    expect(server.ledger.requests).toEqual([]);
    for (const who of [ann, bob]) await who.ask("POST", "/api/mcp/one/connect");
    expect(new Set(server.ledger.headerValues("x-user"))).toEqual(new Set([ann.userId, bob.userId]));
  });

  it("[MULTI-06] leave nothing behind when they are removed", async () => {
    const server = await kept(startHttpServer());
    const house = await kept(
      startHouse({
        http: {
          type: "streamable-http",
          url: server.url,
          customUserVars: { KEY: { title: "K", description: "" } },
          headers: { "X-K": "{{KEY}}" },
        },
        stdio: stdioFixture("grandchild"),
      }),
    );
    const [admin, ann, bob] = [await house.admin(), await house.user("ann"), await house.user("bob")];
    for (const who of [ann, bob]) {
      await who.ask("POST", "/api/user/plugins", { pluginKey: "mcp_http", action: "install", auth: { KEY: who.userId } });
      await who.ask("POST", "/api/mcp/http/connect");
    }
    const pids = JSON.parse((await ann.ask("POST", "/api/mcp/stdio/tools/pids/call", {})).body.content[0].text);
    const { secret } = (await ann.ask("POST", "/api/keys", { name: "script" })).body;
    const socket = ann.socket();
    const ended = new Promise((resolve) => socket.on("session:ended", resolve));
    const gone = new Promise((resolve) => socket.on("disconnect", resolve));
    await new Promise((resolve) => socket.on("mcp:snapshot", resolve));
    const running = ann.ask("POST", "/api/mcp/http/tools/slow/call", { arguments: { ms: 60_000, steps: 1 } });
    await expect.poll(() => server.ledger.callsOf("slow").length).toBe(1);

    expect((await admin.ask("DELETE", `/api/users/${ann.userId}`)).status).toBe(200);
    expect(await ended).toEqual({ reason: "account_removed" });
    await gone;
    await expect
      .poll(() => [server.sessionCount, isAlive(pids.pid), isAlive(pids.grandchild)], { timeout: 5_000 })
      .toEqual([1, false, false]);
    expect((await running).status).toBeGreaterThanOrEqual(400);
    expect((await ann.ask("GET", "/api/auth/me")).status).toBe(401);
    expect((await house.anonymous.ask("GET", "/api/auth/me", undefined, { authorization: `Bearer ${secret}` })).status).toBe(401);
    expect((await admin.ask("GET", "/api/users")).body.users.map(({ id }: { id: string }) => id)).not.toContain(ann.userId);
    expect((await bob.ask("POST", "/api/mcp/http/tools/echo/call", { arguments: { message: "hi" } })).body.isError).toBe(false);
  });
});
