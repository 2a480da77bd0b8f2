import { describe, expect, it } from "vitest";
import type { ConnectionStatus, StatusSnapshot } from "../../schemas/wire.ts";
import { startHttpServer } from "../servers/http-server.ts";
import { startSseServer } from "../servers/sse-server.ts";
import { stdioFixture } from "../servers/stdio-fixture.ts";
import { startWebSocketServer } from "../servers/websocket-server.ts";
import { kept } from "../support/clean-up.ts";
import { type Caller, type ClientSocket, startHouse } from "../support/house.ts";

const KEYED = {
  headers: { Authorization: "Bearer {{KEY}}" },
  customUserVars: { KEY: { title: "Key", description: "yours" } },
  startup: false,
};
const save = (who: Caller, server: string, auth: Record<string, string>) =>
  who.ask("POST", "/api/user/plugins", { pluginKey: `mcp_${server}`, action: "install", auth });
const call = (who: Caller, server: string, tool: string, args: object = {}) =>
  who.ask("POST", `/api/mcp/${server}/tools/${tool}/call`, { arguments: args });
const connect = (who: Caller, server: string) => who.ask("POST", `/api/mcp/${server}/connect`);

/** Everything a socket hears about statuses, in order. */
async function listen(socket: ClientSocket): Promise<{ snapshot: StatusSnapshot; heard: ConnectionStatus[] }> {
  const heard: ConnectionStatus[] = [];
  socket.on("mcp:status", ({ status }) => heard.push(status));
  const snapshot = await new Promise<StatusSnapshot>((resolve, reject) => {
    socket.on("mcp:snapshot", resolve);
    socket.on("connect_error", reject);
  });
  return { snapshot, heard };
}

describe("connections of people", () => {
  it("speak every transport through the API", async () => {
    const [http, sse, ws] = [await kept(startHttpServer()), await kept(startSseServer()), await kept(startWebSocketServer())];
    const house = await kept(
      startHouse({
        http: { type: "streamable-http", url: http.url },
        sse: { type: "sse", url: sse.url },
        ws: { type: "websocket", url: ws.url },
        stdio: { type: "stdio", ...stdioFixture() },
      }),
    );
    const ann = await house.user("ann");
    for (const server of ["http", "sse", "ws", "stdio"]) {
      const answer = await call(ann, server, "echo", { message: server });
      expect(answer.body).toMatchObject({
        server,
        tool: "echo",
        isError: false,
        content: [{ type: "text", text: `Echo: ${server}` }],
      });
      expect((await ann.ask("GET", `/api/mcp/connection/status/${server}`)).body.status.state).toBe("connected");
      const { tools } = (await ann.ask("GET", `/api/mcp/${server}/tools`)).body;
      expect(tools.find(({ name }: { name: string }) => name === "echo")).toMatchObject({
        pluginKey: `echo_mcp_${server}`,
        annotations: { readOnlyHint: true },
      });
    }
  });

  it("[MULTI-01] never mix two people's keys, headers or states", async () => {
    const server = await kept(startHttpServer());
    const house = await kept(startHouse({ keyed: { type: "streamable-http", url: server.url, ...KEYED } }));
    const [ann, bob] = [await house.user("ann"), await house.user("bob")];
    const [annHears, bobHears] = [await listen(ann.socket()), await listen(bob.socket())];
    await save(ann, "keyed", { KEY: "key-of-ann" });
    await connect(ann, "keyed");
    const before = server.ledger.requests.length;
    expect((await connect(bob, "keyed")).body).toMatchObject({ code: "USER_VARS_MISSING", missing: ["KEY"] });
    expect(server.ledger.requests.length).toBe(before);
    await save(bob, "keyed", { KEY: "key-of-bob" });
    await connect(bob, "keyed");
    const seenBy = async (who: Caller) => JSON.parse((await call(who, "keyed", "whoami")).body.content[0].text).authorization;
    const many = await Promise.all(Array.from({ length: 40 }, (_, index) => seenBy(index % 2 === 0 ? ann : bob)));
    expect(new Set(many.filter((_, index) => index % 2 === 0))).toEqual(new Set(["Bearer key-of-ann"]));
    expect(new Set(many.filter((_, index) => index % 2 === 1))).toEqual(new Set(["Bearer key-of-bob"]));
    expect(server.sessionCount).toBe(2);
    const states = (heard: ConnectionStatus[]) => heard.map(({ state }) => state);
    await expect.poll(() => states(bobHears.heard).at(-1)).toBe("connected");
    expect(states(annHears.heard)).toEqual(["initializing", "connected"]);
    expect((await bob.ask("GET", "/api/mcp/keyed/auth-values")).body.authValueFlags).toEqual({ KEY: true });
  });

  it("tell every tab of their owner, in growing versions, and a late tab by its snapshot", async () => {
    const server = await kept(startHttpServer());
    const house = await kept(startHouse({ one: { type: "streamable-http", url: server.url, startup: false } }));
    const ann = await house.user("ann");
    const tabs = [await listen(ann.socket()), await listen(ann.socket())];
    expect(tabs[0]?.snapshot.statuses).toMatchObject([
      { server: "one", state: "disconnected", reason: { code: "NOT_CONNECTED_YET" }, version: 0 },
    ]);
    await connect(ann, "one");
    await ann.ask("POST", "/api/mcp/one/disconnect");
    for (const tab of tabs) {
      await expect.poll(() => tab.heard.map(({ state }) => state)).toEqual(["initializing", "connected", "disconnected"]);
      expect(tab.heard.map(({ version }) => version)).toEqual([1, 2, 3]);
    }
    const late = await listen(ann.socket());
    expect(late.snapshot.statuses[0]).toEqual(tabs[0]?.heard.at(-1));
    expect(late.snapshot.epoch).toBe(tabs[0]?.snapshot.epoch);
  });

  it("replace make-before-break, and keep the old one when the new one fails", async () => {
    const server = await kept(startHttpServer());
    const house = await kept(startHouse({ one: { type: "streamable-http", url: server.url, timeout: 10_000 } }));
    const ann = await house.user("ann");
    await connect(ann, "one");
    const slow = call(ann, "one", "slow", { ms: 800, steps: 1 });
    await expect.poll(() => server.ledger.callsOf("slow").length).toBe(1);
    expect((await ann.ask("POST", "/api/mcp/one/reinitialize")).body).toMatchObject({ success: true, keptOld: false });
    expect(server.sessionCount).toBe(2);
    expect((await slow).body).toMatchObject({ isError: false });
    await expect.poll(() => server.sessionCount).toBe(1);
    server.faults.status = 503;
    const failed = await ann.ask("POST", "/api/mcp/one/reinitialize");
    expect(failed.body).toMatchObject({
      success: false,
      keptOld: true,
      failureReason: "unreachable",
      status: { state: "connected" },
    });
    server.faults.status = null;
    expect((await call(ann, "one", "echo", { message: "still" })).body.isError).toBe(false);
    expect(server.ledger.callsOf("slow")).toHaveLength(1);
  });

  it("[F-HTTP-08] share one new session when the server has forgotten theirs", async () => {
    const server = await kept(startHttpServer());
    const house = await kept(startHouse({ one: { type: "streamable-http", url: server.url } }));
    const ann = await house.user("ann");
    await connect(ann, "one");
    server.forgetSessions();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => call(ann, "one", "echo", { message: String(index) })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(server.sessionCount).toBe(1);
    expect(server.ledger.callsOf("echo")).toHaveLength(10);
  });

  it("say why: a missing variable of the machine, a missing command, a hanging server; others stay untouched", async () => {
    const good = await kept(startHttpServer());
    const hangs = await kept(startHttpServer());
    hangs.faults.hang = true;
    const house = await kept(
      startHouse({
        good: { type: "streamable-http", url: good.url },
        env: { type: "streamable-http", url: good.url, headers: { "X-Key": "${NOT_SET_ANYWHERE}" } },
        command: { command: "no-such-command", args: [] },
        hangs: { type: "streamable-http", url: hangs.url, initTimeout: 300 },
      }),
    );
    const ann = await house.user("ann");
    const [missing, unknown, timeout, fine] = await Promise.all([
      connect(ann, "env"),
      connect(ann, "command"),
      connect(ann, "hangs"),
      connect(ann, "good"),
    ]);
    expect(missing.body).toMatchObject({ code: "ENV_MISSING", missing: ["NOT_SET_ANYWHERE"] });
    expect(unknown.body).toMatchObject({ code: "COMMAND_NOT_FOUND", message: expect.stringContaining("no-such-command") });
    expect([timeout.status, timeout.body.code]).toEqual([504, "CONNECT_TIMEOUT"]);
    expect(fine.body.status.state).toBe("connected");
    const { connectionStatus } = (await ann.ask("GET", "/api/mcp/connection/status")).body;
    expect(connectionStatus.env).toMatchObject({ state: "disconnected", reason: { missing: ["NOT_SET_ANYWHERE"] } });
    expect(connectionStatus.command).toMatchObject({ state: "error", connectionState: "error" });
    expect(connectionStatus.hangs.state).toBe("error");
  });

  it("show admins what a program wrote to stderr, without the secrets it was given", async () => {
    const entry = { ...stdioFixture(), env: { KEY: "{{KEY}}" }, customUserVars: { KEY: { title: "Key", description: "" } } };
    const house = await kept(startHouse({ program: entry }));
    const [admin, ann] = [await house.admin(), await house.user("ann")];
    await save(ann, "program", { KEY: "secret-of-ann" });
    await call(ann, "program", "complain", { line: "the key secret-of-ann does not fit" });
    await expect
      .poll(async () => (await admin.ask("GET", "/api/mcp/program/stderr")).body.entries)
      .toEqual([{ userId: ann.userId, text: expect.stringContaining("the key *** does not fit") }]);
    expect((await ann.ask("GET", "/api/mcp/program/stderr")).body.code).toBe("ADMIN_REQUIRED");
  });

  it("cancel by id from another tab, and when the caller goes away", async () => {
    const server = await kept(startHttpServer());
    const house = await kept(startHouse({ one: { type: "streamable-http", url: server.url } }));
    const [ann, bob] = [await house.user("ann"), await house.user("bob")];
    await connect(ann, "one");
    const running = ann.ask("POST", "/api/mcp/one/tools/slow/call", { arguments: { ms: 20_000, steps: 1 }, callId: "c-1" });
    await expect.poll(() => server.ledger.callsOf("slow").length).toBe(1);
    expect((await bob.ask("POST", "/api/mcp/calls/c-1/cancel")).body.code).toBe("CALL_UNKNOWN");
    await ann.ask("POST", "/api/mcp/calls/c-1/cancel");
    expect((await running).body.code).toBe("CALL_CANCELLED");
    await expect.poll(() => server.ledger.callsOf("slow")[0]?.outcome).toBe("cancelled");
    const leaving = new AbortController();
    const left = fetch(`${house.url}/api/mcp/one/tools/slow/call`, {
      method: "POST",
      headers: { cookie: ann.cookie, "content-type": "application/json" },
      body: JSON.stringify({ arguments: { ms: 20_000, steps: 1 } }),
      signal: leaving.signal,
    }).catch(() => null);
    await expect.poll(() => server.ledger.callsOf("slow").length).toBe(2);
    leaving.abort();
    await left;
    await expect.poll(() => server.ledger.callsOf("slow")[1]?.outcome).toBe("cancelled");
  });

  it("tell progress to their owner's tabs only", async () => {
    const server = await kept(startHttpServer());
    const house = await kept(startHouse({ one: { type: "streamable-http", url: server.url } }));
    const [ann, bob] = [await house.user("ann"), await house.user("bob")];
    const seen = { ann: [] as number[], bob: [] as number[] };
    const sockets = { ann: ann.socket(), bob: bob.socket() };
    sockets.ann.on("mcp:progress", ({ callId, progress }) => callId === "c-9" && seen.ann.push(progress));
    sockets.bob.on("mcp:progress", ({ progress }) => seen.bob.push(progress));
    await Promise.all([listen(sockets.ann), listen(sockets.bob)]);
    await ann.ask("POST", "/api/mcp/one/tools/slow/call", { arguments: { ms: 400, steps: 4 }, callId: "c-9" });
    await expect.poll(() => seen.ann.length).toBeGreaterThanOrEqual(3);
    expect(seen.bob).toEqual([]);
  });
});

describe("the socket", () => {
  it("lets nobody in without a session, from another page, or after sign-out", async () => {
    const house = await kept(startHouse({}));
    const refusal = (socket: ClientSocket) =>
      new Promise<string>((resolve) => socket.on("connect_error", ({ message }) => resolve(message)));
    expect(await refusal(house.anonymous.socket())).toBe("SIGN_IN_REQUIRED");
    const ann = await house.user("ann");
    expect(await refusal(ann.socket({ origin: "https://evil.example" }))).toBe("ORIGIN_REFUSED");
    const socket = ann.socket();
    await listen(socket);
    const ended = new Promise((resolve) => socket.on("session:ended", resolve));
    const gone = new Promise((resolve) => socket.on("disconnect", resolve));
    await ann.ask("POST", "/api/auth/sign-out-everywhere");
    expect(await ended).toEqual({ reason: "signed_out" });
    await gone;
  });

  it("answers hello with the truth and survives garbage", async () => {
    const house = await kept(startHouse({}));
    const ann = await house.user("ann");
    const socket = ann.socket();
    await listen(socket);
    const raw = socket as unknown as { emit(name: string, ...parts: unknown[]): void };
    raw.emit("mcp:hello");
    raw.emit("mcp:hello", "text");
    raw.emit("no:such:event", { __proto__: null });
    const answer = await new Promise((resolve) => socket.emit("mcp:hello", resolve));
    expect(answer).toMatchObject({ ok: true, value: { statuses: [] } });
  });
});
