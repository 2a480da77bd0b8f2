import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { io } from "socket.io-client";
import { describe, expect, it } from "vitest";
import type { StatusSnapshot } from "../../schemas/wire.ts";
import { startHttpServer } from "../servers/http-server.ts";
import { stdioFixture } from "../servers/stdio-fixture.ts";
import { cleanups } from "../support/clean-up.ts";
import type { ClientSocket } from "../support/house.ts";
import { isAlive } from "../support/is-alive.ts";
import { type Program, place } from "../support/process.ts";

function placeOf(mcpServers: object) {
  const made = place(mcpServers);
  cleanups.push(made.close);
  return made;
}

interface Person {
  url: string;
  cookie: string;
  post(path: string, body?: object): Promise<Response>;
  text(path: string, body?: object): Promise<string>;
  socket(): ClientSocket;
}

/** The first admin, by the link it printed. */
async function firstPerson(program: Program): Promise<Person> {
  const [link] = await program.said(/http:\/\/\S+\/setup#token=\S+/);
  const { origin, hash } = new URL(link);
  const send = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(origin + path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json", ...headers },
    });
  const account = { email: "a@example.org", name: "A", password: "correct horse battery staple" };
  const made = await send("/api/setup", { ...account, token: hash.replace("#token=", "") });
  const cookie = made.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  return {
    url: origin,
    cookie,
    post: (path, body = {}) => send(path, body, { cookie }),
    text: async (path, body) => (await (await send(path, body ?? {}, { cookie })).json()).content[0].text,
    socket: () => {
      const socket = io(`${origin}/mcp`, {
        forceNew: true,
        extraHeaders: { cookie },
        reconnectionDelay: 50,
        reconnectionDelayMax: 50,
      });
      cleanups.push(async () => socket.disconnect());
      return socket;
    },
  };
}

const snapshotOf = (socket: ClientSocket) => new Promise<StatusSnapshot>((resolve) => socket.once("mcp:snapshot", resolve));

describe("the process", () => {
  it("[F-PROC-04] ends in order: lets calls finish, begins nothing new, tells sockets, leaves nothing behind", async () => {
    const upstream = await startHttpServer();
    cleanups.push(upstream.close);
    const program = placeOf({
      http: { type: "streamable-http", url: upstream.url },
      stdio: { ...stdioFixture("grandchild") },
    }).start();
    const person = await firstPerson(program);
    const { pid, grandchild } = JSON.parse(await person.text("/api/mcp/stdio/tools/pids/call"));
    const socket = person.socket();
    await snapshotOf(socket);
    const told = new Promise((resolve) => socket.on("disconnect", resolve));
    const call = person.text("/api/mcp/http/tools/slow/call", { arguments: { ms: 1_500, steps: 1 } });
    await expect.poll(() => upstream.ledger.callsOf("slow").length).toBe(1);
    program.child.kill("SIGTERM");
    await program.said(/"ending"/);
    const late = await person.post("/api/mcp/http/connect").then(
      async (response) => (await response.json()).code,
      () => "refused",
    );
    expect(["SHUTTING_DOWN", "refused"]).toContain(late);
    expect(await call).toBe("Slow, but done.");
    await told;
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect([isAlive(pid), isAlive(grandchild)]).toEqual([false, false]);
    expect(upstream.sessionCount).toBe(0);
    expect(program.output()).not.toMatch(/"level":50/);
  });

  it.each(["SIGHUP", "SIGQUIT"] as const)("[F-PROC-04] ends in order when its terminal says %s", async (signal) => {
    const program = placeOf({ stdio: stdioFixture("stubborn") }).start();
    const person = await firstPerson(program);
    const { pid } = JSON.parse(await person.text("/api/mcp/stdio/tools/pids/call"));
    program.child.kill(signal);
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.output()).toMatch(/"ending"/);
    expect(isAlive(pid)).toBe(false);
  });

  it("[F-PROC-05] ends at once at a second signal, programs that listen to nothing included", async () => {
    const program = placeOf({ stdio: { ...stdioFixture("stubborn"), timeout: 60_000 } }).start();
    const person = await firstPerson(program);
    const { pid } = JSON.parse(await person.text("/api/mcp/stdio/tools/pids/call"));
    const call = person.post("/api/mcp/stdio/tools/slow/call", { arguments: { ms: 60_000, steps: 1 } }).catch(() => null);
    await new Promise((resolve) => setTimeout(resolve, 300));
    program.child.kill("SIGTERM");
    await program.said(/"ending"/);
    const startedAt = Date.now();
    program.child.kill("SIGINT");
    expect((await program.ended).code).toBe(1);
    expect(Date.now() - startedAt).toBeLessThan(1_000);
    await call;
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it("ends at once while it is still starting, though its database never answers", async () => {
    const silent = createTcpServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    cleanups.push(async () => silent.close());
    const { port } = silent.address() as AddressInfo;
    const program = placeOf({}).start({ MONGO_URI: `mongodb://127.0.0.1:${port}/patchbay` });
    await once(silent, "connection");
    program.child.kill("SIGTERM");
    // With a code of its own: the first process of a container has no default that a signal could run into.
    expect(await program.ended).toEqual({ code: 143, signal: null });
  });

  it("[F-PROC-01] leaves no program behind when it is killed", async () => {
    const program = placeOf({ stdio: stdioFixture() }).start();
    const person = await firstPerson(program);
    const { pid } = JSON.parse(await person.text("/api/mcp/stdio/tools/pids/call"));
    program.child.kill("SIGKILL");
    await program.ended;
    await expect.poll(() => isAlive(pid), { timeout: 3_000 }).toBe(false);
  });

  it.runIf(process.platform === "linux")("[F-PROC-01] ends at its next start what outlived it, and nobody else's", async () => {
    const here = placeOf({ stdio: stdioFixture("stubborn") });
    const first = here.start();
    const person = await firstPerson(first);
    const { pid } = JSON.parse(await person.text("/api/mcp/stdio/tools/pids/call"));
    const neighbour = placeOf({ stdio: stdioFixture("stubborn") }).start();
    const other = JSON.parse(await (await firstPerson(neighbour)).text("/api/mcp/stdio/tools/pids/call"));
    first.child.kill("SIGKILL");
    await first.ended;
    expect(isAlive(pid)).toBe(true);
    await here.start().said(/programs of a process that was killed were still running/);
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
    expect(isAlive(other.pid)).toBe(true);
  });

  it("[F-PROC-04] says first that it is not ready, and takes requests until that was noticed", async () => {
    const program = placeOf({ stdio: stdioFixture() }).start({ DRAIN_NOTICE_MS: "1500" });
    const person = await firstPerson(program);
    const ready = async () => (await fetch(`${person.url}/health/ready`)).status;
    expect(await ready()).toBe(200);
    const startedAt = Date.now();
    program.child.kill("SIGTERM");
    await program.said(/"ending"/);
    expect(await ready()).toBe(503);
    expect((await person.post("/api/mcp/stdio/connect")).status).toBe(200);
    expect((await program.ended).code).toBe(0);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_500);
  });

  it("keeps an idle connection for longer than a proxy in front keeps it", async () => {
    const { url } = await firstPerson(placeOf({}).start());
    const answer = await fetch(`${url}/health/live`);
    expect(Number(/timeout=(\d+)/.exec(answer.headers.get("keep-alive") ?? "")?.[1])).toBeGreaterThan(120);
  });

  it("[F-PROC-13] says that its port is taken, and has touched nothing", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    cleanups.push(async () => other.close());
    const { port } = other.address() as AddressInfo;
    const program = placeOf({}).start({ PORT: String(port) });
    expect((await program.ended).code).toBe(1);
    expect(program.output()).toContain(`Port ${port} is in use by another program. Set PORT to a free one.`);
    expect(program.output()).not.toMatch(/\bat \S+ \(/);
    expect(existsSync(program.dataFolder)).toBe(false);
  });

  it.each([
    ["a file", (folder: string) => join(folder, "librechat.yaml")],
    ["in a place that holds no folders", () => "/proc/patchbay"],
  ])("[F-PROC-14] names the one folder it writes to when that is %s", async (_, dataFolder) => {
    const here = placeOf({});
    const program = here.start({ DATA_DIR: dataFolder(here.folder) });
    expect((await program.ended).code).toBe(1);
    expect(program.output()).toContain("set DATA_DIR to one that it may write to");
    expect(program.output()).not.toMatch(/\bat \S+ \(/);
  });

  it("[F-SOCK-02] starts again where it was, and every open page learns the state of now", async () => {
    const upstream = await startHttpServer();
    cleanups.push(upstream.close);
    const here = placeOf({ http: { type: "streamable-http", url: upstream.url, startup: false } });
    const first = here.start();
    const person = await firstPerson(first);
    const socket = person.socket();
    const before = await snapshotOf(socket);
    await person.post("/api/mcp/http/connect");
    const after = snapshotOf(socket);
    first.child.kill("SIGKILL");
    await first.ended;
    const second = here.start({ PORT: new URL(person.url).port });
    await second.said(/is ready at/);
    expect(second.output()).not.toContain("/setup#token=");
    const { epoch, statuses } = await after;
    expect(epoch).not.toBe(before.epoch);
    expect(statuses).toMatchObject([{ server: "http", state: "disconnected", version: 0 }]);
    expect((await person.post("/api/mcp/http/connect")).status).toBe(200);
  });
});
