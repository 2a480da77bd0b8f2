import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createLogger } from "../../api/logging/logger.ts";
import type { Principal } from "../../api/ports/identity.ts";
import { attachRealtime, type RealtimeParts } from "../../api/realtime/attach-realtime.ts";
import { type McpNamespace, socketEventSink } from "../../api/realtime/socket-event-sink.ts";
import { openSocketServer } from "../../api/realtime/socket-server.ts";
import { cleanups } from "../support/clean-up.ts";
import { type ClientSocket, startHouse } from "../support/house.ts";
import { movedClock } from "../support/moved-clock.ts";

async function house() {
  const started = await startHouse({});
  cleanups.push(() => started.close());
  return started;
}

const refusalOf = (socket: ClientSocket) =>
  new Promise<string>((resolve, reject) => {
    socket.on("connect_error", ({ message }) => resolve(message));
    socket.on("connect", () => reject(new Error("it was let in")));
  });
const snapshotOf = (socket: ClientSocket) => new Promise((resolve) => socket.on("mcp:snapshot", resolve));
const goneOf = (socket: ClientSocket) => new Promise<string>((resolve) => socket.on("disconnect", resolve));
const errorsIn = (log: string[]) => log.filter((line) => JSON.parse(line).level >= 50);

/** The realtime room alone, on a clock that stands still, with people who only have a name. */
async function room(
  parts: Partial<RealtimeParts> = {},
  open: (http: ReturnType<typeof createServer>) => Server = openSocketServer,
) {
  const clock = movedClock();
  const known = new Set(["ann", "bob"]);
  const http = createServer();
  const server = open(http);
  const log: string[] = [];
  const namespace = attachRealtime(server, {
    identity: {
      async identify({ headers }) {
        const name = String(headers["x-user"]);
        if (!known.has(name)) return null;
        return { userId: name, email: name, name, role: "USER", sessionId: null, via: "host", fields: {} } satisfies Principal;
      },
    },
    publicUrl: null,
    clock,
    logger: createLogger({ destination: { write: (line: string) => void log.push(line) } }),
    snapshot: () => ({ epoch: "e", statuses: [] }),
    online: () => {},
    offline: () => {},
    ...parts,
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const sockets: ClientSocket[] = [];
  cleanups.push(async () => {
    for (const socket of sockets) socket.disconnect();
    await server.close();
  });
  const connect = (user: string, options: object = {}): ClientSocket => {
    const socket: ClientSocket = io(`${url}/mcp`, { forceNew: true, extraHeaders: { "x-user": user }, ...options });
    sockets.push(socket);
    return socket;
  };
  return { clock, known, url, log, connect, sink: socketEventSink({ namespace, epoch: () => "e" }) };
}

describe("a socket", () => {
  it("[WS-01] is refused without proof of who it is, in every namespace", async () => {
    const { url, anonymous, admin } = await house();
    const { cookie } = await admin();
    const proofs: Record<string, string>[] = [{}, { cookie: "patchbay_session=guess" }, { authorization: "Bearer pbk_a_b" }];
    for (const headers of proofs) expect(await refusalOf(anonymous.socket({ cookie: "", ...headers }))).toBe("SIGN_IN_REQUIRED");
    for (const name of ["/", "/admin", "/mcp2", "/MCP"]) {
      const socket: ClientSocket = io(url + name, { forceNew: true, reconnection: false, extraHeaders: { cookie } });
      cleanups.push(async () => socket.disconnect());
      expect(await refusalOf(socket)).toMatch(/Invalid namespace|ROUTE_UNKNOWN/);
    }
  });

  it("[WS-01] is refused to another page over every transport", async () => {
    const { user, url } = await house();
    const { cookie } = await user("ann");
    for (const transport of ["polling", "websocket"]) {
      const extraHeaders = { cookie, origin: "https://evil.example" };
      const socket: ClientSocket = io(`${url}/mcp`, {
        forceNew: true,
        reconnection: false,
        transports: [transport],
        extraHeaders,
      });
      cleanups.push(async () => socket.disconnect());
      expect(await refusalOf(socket)).toBe("ORIGIN_REFUSED");
    }
  });

  it("[OPS-06] is refused to a page that had its own name lead here", async () => {
    const { user, url } = await house();
    const { cookie } = await user("ann");
    for (const transport of ["polling", "websocket"]) {
      const socket: ClientSocket = io(`${url}/mcp`, {
        forceNew: true,
        reconnection: false,
        transports: [transport],
        extraHeaders: { cookie, host: "evil.test:3080", origin: "http://evil.test:3080" },
      });
      cleanups.push(async () => socket.disconnect());
      expect(await refusalOf(socket)).toBe("ORIGIN_REFUSED");
    }
  });

  it("[WS-03] is in its own person's rooms, whatever it asks for", async () => {
    const { connect, sink } = await room();
    const [ann, bob] = [connect("ann"), connect("bob")];
    await Promise.all([snapshotOf(ann), snapshotOf(bob)]);
    const heard: string[] = [];
    bob.onAny((event: string) => heard.push(event));
    const raw = bob as unknown as { emit(name: string, ...parts: unknown[]): void };
    for (const event of ["join", "subscribe", "room", "mcp:join"]) raw.emit(event, "user:ann", { userId: "ann" }, "admins");
    await new Promise((resolve) => bob.emit("mcp:hello", resolve));
    const told = new Promise((resolve) => ann.on("mcp:tools", resolve));
    sink.toolsChanged("ann", "secret");
    sink.configProblemsChanged({ errors: 1, warnings: 0 });
    await told;
    await new Promise((resolve) => bob.emit("mcp:hello", resolve));
    expect(heard).toEqual([]);
  });

  it("[WS-04] that a host's server recovers is asked again who it is", async () => {
    const recovering = (http: ReturnType<typeof createServer>) => new Server(http, { connectionStateRecovery: {} });
    const { connect, known, sink } = await room({}, recovering);
    const ann = connect("ann", { reconnectionDelay: 10, reconnectionDelayMax: 10 });
    await snapshotOf(ann);
    const heard: string[] = [];
    sink.toolsChanged("ann", "before");
    await expect.poll(() => (ann as unknown as { _lastOffset?: string })._lastOffset).toBeDefined();
    ann.onAny((event: string) => heard.push(event));
    known.delete("ann");
    const reasons: string[] = [];
    ann.on("disconnect", (reason) => reasons.push(reason));
    const recovered = new Promise((resolve) => ann.once("connect", () => resolve(ann.recovered)));
    ann.io.engine.close();
    expect(await recovered).toBe(true);
    await expect.poll(() => reasons.at(-1)).toBe("io server disconnect");
    sink.toolsChanged("ann", "after");
    expect(heard).not.toContain("mcp:snapshot");
    expect(ann.connected).toBe(false);
  });

  it("[WS-04] ends within a minute of what proved who it is", async () => {
    const { connect, clock, known } = await room();
    const [ann, bob] = [connect("ann"), connect("bob")];
    await Promise.all([snapshotOf(ann), snapshotOf(bob)]);
    await clock.advance(60_000);
    expect(clock.pending()).toBe(2);
    known.delete("ann");
    const gone = goneOf(ann);
    await clock.advance(60_000);
    expect(await gone).toBe("io server disconnect");
    expect(bob.connected).toBe(true);
    await expect.poll(() => clock.pending()).toBe(1);
  });

  it("[WS-08] survives events of every shape", async () => {
    const running = await house();
    const ann = await running.user("ann");
    const socket = ann.socket();
    await snapshotOf(socket);
    const raw = socket as unknown as { emit(name: string, ...parts: unknown[]): void };
    for (const part of [null, undefined, 0, "text", [], {}, Buffer.from("x")]) raw.emit("mcp:hello", part);
    for (const event of ["__proto__", "constructor", "toString", "mcp:snapshot", "newListener2"]) raw.emit(event, {}, null);
    expect(await new Promise((resolve) => socket.emit("mcp:hello", resolve))).toMatchObject({ ok: true });
    const gone = goneOf(socket);
    raw.emit("mcp:hello", "x".repeat(2_000_000));
    await gone;
    const again = ann.socket();
    await snapshotOf(again);
    expect(errorsIn(running.log)).toEqual([]);
  });

  it.each([
    "garbage",
    "4",
    "42[",
    '42/mcp,["mcp:hello"',
    '40/mcp,{"__proto__":{"who":1}}',
    '42["error",{}]',
    '42["connect"]',
    '42/mcp,["disconnect"]',
    '4399/mcp,["unasked"]',
    `451000000-["x",{"_placeholder":true,"num":0}]`,
    '451-["x",{"_placeholder":true,"num":99}]',
    "b4AAAA",
    "9".repeat(15_000),
    `42/mcp,["mcp:hello",${"[".repeat(7_000)}${"]".repeat(7_000)}]`,
    "x".repeat(2_000_000),
  ])("[WS-09] of raw packets breaks nothing: %.40s", async (packet) => {
    const running = await house();
    const cookie = (await running.admin()).cookie;
    for (const query of ["EIO=4&transport=websocket", "EIO=3&transport=websocket", "EIO=99&transport=websocket"]) {
      const line = new WebSocket(`${running.url.replace("http", "ws")}/socket.io/?${query}`, { headers: { cookie } });
      line.on("error", () => {});
      await new Promise((resolve) => {
        line.on("close", resolve);
        line.on("open", () => {
          line.send("40/mcp,");
          line.send(packet);
          line.send(Buffer.alloc(64), () => setTimeout(() => line.close(), 30));
        });
      });
    }
    expect((await running.anonymous.ask("GET", "/health/live")).status).toBe(200);
    await snapshotOf((await running.admin()).socket());
    expect(errorsIn(running.log)).toEqual([]);
  });

  it("[WS-11] has a limit of siblings", async () => {
    const { connect } = await room({ maxPerUser: 3 });
    const first = [connect("ann"), connect("ann"), connect("ann")];
    await Promise.all(first.map(snapshotOf));
    expect(await refusalOf(connect("ann", { reconnection: false }))).toBe("LIMIT_REACHED");
    await snapshotOf(connect("bob"));
    first[0]?.disconnect();
    await expect.poll(async () => refusalOf(connect("ann", { reconnection: false })).catch(() => "in")).toBe("in");
  });

  it("[WS-13] that acknowledges nothing holds nothing: no event waits for an answer", async () => {
    let namespace: McpNamespace | null = null;
    const { connect, sink } = await room({}, (http) => {
      const server = openSocketServer(http);
      namespace = server.of("/mcp");
      return server;
    });
    const ann = connect("ann");
    const asked: unknown[] = [];
    let told = 0;
    ann.onAny((event, ...parts) => {
      told += 1;
      // What asks for an answer comes with a way to give it; this page never does.
      if (parts.some((part) => typeof part === "function")) asked.push(event);
    });
    await snapshotOf(ann);
    const held = () => {
      const [socket] = (namespace as unknown as McpNamespace).sockets.values();
      return (socket as unknown as { acks: Map<number, unknown> }).acks.size;
    };
    const status = { server: "s", state: "connected", reason: null, since: 1, retryAt: null, warnings: [] } as const;
    const events: (() => void)[] = [
      () => sink.serversChanged("ann"),
      () => sink.toolsChanged("ann", "s"),
      () => sink.callProgressed("ann", { callId: "c", server: "s", tool: "t", progress: 1, total: null, message: null }),
      () => sink.configProblemsChanged({ errors: 0, warnings: 0 }),
    ];
    for (let version = 1; version <= 2_000; version += 1) {
      sink.statusChanged("ann", { ...status, version });
      events[version % events.length]?.();
      if (version % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await expect.poll(() => told, { timeout: 10_000 }).toBeGreaterThan(3_000);
    expect(asked).toEqual([]);
    expect(held()).toBe(0);
  });

  it("is answered so often and no more", async () => {
    const { connect, clock } = await room();
    const ann = connect("ann");
    await snapshotOf(ann);
    const hello = () => new Promise<{ ok: boolean }>((resolve) => ann.emit("mcp:hello", resolve));
    const answers = await Promise.all(Array.from({ length: 61 }, hello));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(60);
    expect(answers.at(-1)).toEqual({ ok: false, code: "RATE_LIMITED" });
    await clock.advance(59_999);
    expect(await hello()).toMatchObject({ ok: false });
    await clock.advance(1);
    expect(await hello()).toMatchObject({ ok: true });
  });

  it("falls alone when its snapshot cannot be made", async () => {
    let broken = true;
    const { connect, log } = await room({
      snapshot: () => {
        if (broken) throw new Error("no snapshot today");
        return { epoch: "e", statuses: [] };
      },
    });
    await goneOf(connect("ann", { reconnection: false }));
    expect(errorsIn(log)).toHaveLength(1);
    broken = false;
    await snapshotOf(connect("ann"));
  });
});
