import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";
import { expect, it } from "vitest";
import { statusBoard } from "../../api/connections/status-board.ts";
import { createLogger } from "../../api/logging/logger.ts";
import { type ConnectionState, initialState } from "../../api/mcp/connection/connection-state.ts";
import { systemClock } from "../../api/ports/clock.ts";
import { attachRealtime } from "../../api/realtime/attach-realtime.ts";
import { lateSink } from "../../api/realtime/late-sink.ts";
import { socketEventSink } from "../../api/realtime/socket-event-sink.ts";
import { openSocketServer } from "../../api/realtime/socket-server.ts";
import { type LiveStatus, NOTHING_YET, withSnapshot, withStatus } from "../../client/src/lib/live-status.ts";
import type { ClientSocket } from "../support/house.ts";

const SERVERS = Array.from({ length: 20 }, (_, index) => `s${index}`);
const RESTARTS = 5;
const TRANSITIONS = 10_000;
const DROPS = 100;

/** One life of the server process: the real board, sink and sockets; what connections do is made up. */
async function life(port: number) {
  const http = createServer();
  const sockets = openSocketServer(http);
  const { sink, deliverTo } = lateSink();
  const board = statusBoard({ clock: systemClock, sink });
  const namespace = attachRealtime(sockets, {
    identity: {
      identify: async () => ({ userId: "ann", email: "", name: "", role: "USER", sessionId: null, via: "host", fields: {} }),
    },
    publicUrl: null,
    clock: systemClock,
    logger: createLogger({ level: "silent" }),
    snapshot: () => ({ epoch: board.epoch, statuses: SERVERS.map((name) => board.get("ann", name)) }),
    online: () => {},
    offline: () => {},
  });
  deliverTo(socketEventSink({ namespace, epoch: () => board.epoch }));
  await new Promise<void>((resolve) => http.listen(port, "127.0.0.1", resolve));
  return { board, port: (http.address() as AddressInfo).port, close: () => sockets.close() };
}

/** A page, as the client keeps it: later versions only, and asking again when in doubt. */
function page(port: number) {
  const socket: ClientSocket = io(`http://127.0.0.1:${port}/mcp`, {
    forceNew: true,
    transports: ["websocket"],
    reconnectionDelay: 10,
    reconnectionDelayMax: 50,
  });
  let state: LiveStatus = NOTHING_YET;
  const ask = () =>
    socket.emit("mcp:hello", (answer) => {
      if (answer.ok) state = withSnapshot(state, answer.value);
    });
  socket.on("mcp:snapshot", (snapshot) => {
    state = withSnapshot(state, snapshot);
  });
  socket.on("mcp:status", ({ epoch, status }) => {
    const next = withStatus(state, epoch, status);
    if (next === null) ask();
    else state = next;
  });
  return { socket, shown: () => SERVERS.map((name) => state.statuses.get(name)) };
}

it("[F-SOCK-01] [F-SOCK-02] shows every end state after many transitions, drops and restarts", async () => {
  let { board, port, close } = await life(0);
  const tab = page(port);
  await expect.poll(() => tab.socket.connected, { timeout: 5_000 }).toBe(true);
  let drops = 0;
  let missed = 0;
  for (let restart = 0; restart < RESTARTS; restart += 1) {
    for (let count = 0; count < TRANSITIONS / RESTARTS; count += 1) {
      const at = systemClock.now();
      const state: ConnectionState =
        count % 3 === 0 ? { phase: "opening", attempt: 1, at } : count % 3 === 1 ? { phase: "open", at } : initialState(at);
      board.put("ann", SERVERS[count % SERVERS.length] as string, state);
      const isDropDue = drops < ((restart * TRANSITIONS) / RESTARTS + count + 1) / (TRANSITIONS / DROPS);
      if (isDropDue && tab.socket.connected) {
        drops += 1;
        tab.socket.io.engine.close();
      }
      if (count % 20 === 0) await sleep(10);
    }
    const truth = () => SERVERS.map((name) => board.get("ann", name));
    await expect.poll(tab.shown, { timeout: 5_000 }).toEqual(truth());
    while (drops < ((restart + 1) * DROPS) / RESTARTS) {
      await expect.poll(() => tab.socket.connected, { timeout: 5_000 }).toBe(true);
      drops += 1;
      tab.socket.io.engine.close();
    }
    await expect.poll(tab.shown, { timeout: 5_000 }).toEqual(truth());
    missed += tab.shown().filter((status, index) => status?.version !== truth()[index]?.version).length;
    await close();
    ({ board, port, close } = await life(port));
  }
  tab.socket.disconnect();
  await close();
  expect([drops, missed]).toEqual([DROPS, 0]);
  console.log(`status: ${TRANSITIONS} transitions, ${drops} drops, ${RESTARTS} restarts: ${missed} missed end states, 0 stale`);
}, 120_000);
