import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcp, connect as dial, type Socket as TcpSocket } from "node:net";
import { io } from "socket.io-client";
import { describe, expect, it } from "vitest";
import { createLogger } from "../../api/logging/logger.ts";
import { systemClock } from "../../api/ports/clock.ts";
import { attachRealtime } from "../../api/realtime/attach-realtime.ts";
import { socketEventSink } from "../../api/realtime/socket-event-sink.ts";
import { openSocketServer } from "../../api/realtime/socket-server.ts";
import { type LiveStatus, NOTHING_YET, withSnapshot, withStatus } from "../../client/src/lib/live-status.ts";
import type { ConnectionStatus } from "../../schemas/wire.ts";
import { cleanups } from "../support/clean-up.ts";
import type { ClientSocket } from "../support/house.ts";

const EPOCH = "one";

/** The stream alone: statuses that a test makes up, told through real sockets to what the page keeps. */
async function stream() {
  const board = new Map<string, ConnectionStatus>();
  const http = createServer();
  const server = openSocketServer(http);
  const namespace = attachRealtime(server, {
    identity: {
      identify: async () => ({ userId: "ann", email: "", name: "", role: "USER", sessionId: null, via: "host", fields: {} }),
    },
    publicUrl: null,
    clock: systemClock,
    logger: createLogger({ level: "silent" }),
    snapshot: () => ({ epoch: EPOCH, statuses: [...board.values()] }),
    online: () => {},
    offline: () => {},
  });
  const sink = socketEventSink({ namespace, epoch: () => EPOCH });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  cleanups.push(() => server.close());
  return {
    port,
    board,
    server,
    change(name: string, message = "") {
      const version = (board.get(name)?.version ?? 0) + 1;
      const reason = { code: "CONNECT_FAILED", message } as const;
      const status: ConnectionStatus = {
        server: name,
        state: "error",
        reason,
        since: version,
        retryAt: null,
        warnings: [],
        version,
      };
      board.set(name, status);
      sink.statusChanged("ann", status);
    },
  };
}

/** A page: what it was told, kept the way the client keeps it. */
function page(port: number) {
  const socket: ClientSocket = io(`http://127.0.0.1:${port}/mcp`, {
    forceNew: true,
    transports: ["websocket"],
    reconnectionDelay: 5,
    reconnectionDelayMax: 5,
  });
  cleanups.push(() => socket.disconnect());
  let state: LiveStatus = NOTHING_YET;
  const versions: number[] = [];
  socket.on("mcp:snapshot", (snapshot) => {
    state = withSnapshot(state, snapshot);
  });
  socket.on("mcp:status", ({ epoch, status }) => {
    state = withStatus(state, epoch, status) ?? state;
    versions.push(state.statuses.get(status.server)?.version ?? 0);
  });
  return { socket, versions, shows: () => [...state.statuses.values()].sort((a, b) => a.server.localeCompare(b.server)) };
}

const truth = (board: ReadonlyMap<string, ConnectionStatus>) =>
  [...board.values()].sort((a, b) => a.server.localeCompare(b.server));
const ready = (socket: ClientSocket) => new Promise((resolve) => socket.once("mcp:snapshot", resolve));

/** A line between browser and server that a test can clog. */
async function clogged(port: number) {
  const lines: TcpSocket[] = [];
  const tcp = createTcp((near) => {
    const far = dial(port, "127.0.0.1");
    lines.push(far);
    near.pipe(far);
    far.pipe(near);
    for (const end of [near, far]) end.on("error", () => end.destroy());
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    for (const line of lines) line.destroy();
    tcp.close();
  });
  return { port: (tcp.address() as AddressInfo).port, clog: () => lines.at(-1)?.unpipe().pause() };
}

describe("the stream of statuses", () => {
  it("[F-SOCK-01] is complete after any number of short disconnects", async () => {
    const { port, board, change } = await stream();
    const { socket, shows } = page(port);
    await ready(socket);
    let drops = 0;
    for (let event = 0; drops < 100; event += 1) {
      change(`server-${event % 7}`);
      if (event % 50 === 49 && socket.connected) {
        socket.io.engine.close();
        drops += 1;
      }
      if (event % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await expect.poll(shows).toEqual(truth(board));
  });

  it("[F-SOCK-05] never goes back to an older status", async () => {
    const { port, board, change, server } = await stream();
    const { socket, shows, versions } = page(port);
    await ready(socket);
    for (let event = 0; event < 20; event += 1) change("a");
    await expect.poll(shows).toEqual(truth(board));
    const old = { ...(board.get("a") as ConnectionStatus), version: 3, since: 3 };
    server.of("/mcp").emit("mcp:status", { epoch: EPOCH, status: old });
    server.of("/mcp").emit("mcp:snapshot", { epoch: EPOCH, statuses: [old] });
    server.of("/mcp").emit("mcp:status", { epoch: EPOCH, status: old });
    await expect.poll(() => versions.length).toBe(22);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(shows()).toEqual(truth(board));
  });

  it("[F-SOCK-06] lets no slow browser fill the memory, and tells it the latest when it can hear again", async () => {
    const { port, board, change, server } = await stream();
    const line = await clogged(port);
    const slow = page(line.port);
    const quick = page(port);
    await Promise.all([ready(slow.socket), ready(quick.socket)]);
    const again = new Promise((resolve) => slow.socket.once("disconnect", resolve));
    line.clog();
    const text = "x".repeat(8_000);
    for (let event = 0; event < 6_000 && server.of("/mcp").sockets.size === 2; event += 1) {
      change(`server-${event % 5}`, text);
      if (event % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(server.of("/mcp").sockets.size).toBe(1);
    await expect.poll(quick.shows).toEqual(truth(board));
    // The browser's own end notices when its line breaks; here at once.
    slow.socket.io.engine.close();
    await again;
    await expect.poll(slow.shows, { timeout: 5_000 }).toEqual(truth(board));
  });

  it("[F-SOCK-07] is the same in five tabs", async () => {
    const { port, board, change } = await stream();
    const tabs = Array.from({ length: 5 }, () => page(port));
    await Promise.all(tabs.map(({ socket }) => ready(socket)));
    for (let event = 0; event < 500; event += 1) change(`server-${event % 3}`);
    for (const { shows } of tabs) await expect.poll(shows).toEqual(truth(board));
  });
});
