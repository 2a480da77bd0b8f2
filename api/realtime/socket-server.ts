import type { Server as HttpServer } from "node:http";
import { Server } from "socket.io";
import { SERVER_OPTIONS } from "./attach-realtime.ts";

/** Packets that may wait for one slow browser. */
const MAX_WAITING = 500;

/** The part of a connection below socket.io that counts here; its own package types the event's arguments as `any`. */
interface EngineConnection {
  on(event: "packetCreate" | "flush", listener: () => void): unknown;
  close(discard: boolean): void;
}

/** A socket server of our own on this HTTP server. */
export function openSocketServer(http: HttpServer): Server {
  const io = new Server(http, SERVER_OPTIONS);
  // Nobody is known in the main namespace, and nothing is told there.
  io.use((_socket, next) => next(new Error("ROUTE_UNKNOWN")));
  io.engine.on("connection", boundBacklog);
  return io;
}

/** Cuts off a browser that does not keep up. It comes back by itself, and a snapshot tells it what it missed. */
function boundBacklog(connection: EngineConnection): void {
  let waiting = 0;
  connection.on("flush", () => {
    waiting = 0;
  });
  connection.on("packetCreate", () => {
    waiting += 1;
    if (waiting > MAX_WAITING) connection.close(true);
  });
}
