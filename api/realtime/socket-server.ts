import type { Server as HttpServer, IncomingMessage } from "node:http";
import { Server } from "socket.io";
import { hasTwoHosts } from "../identity/own-hosts.ts";
import { systemClock } from "../ports/clock.ts";
import { NAMESPACE, SERVER_OPTIONS } from "./attach-realtime.ts";
import { rateLimit } from "./rate-limit.ts";

/** Packets that may wait for one slow browser. */
const MAX_WAITING = 500;
/** A page sends a few. */
const MAX_PACKETS_PER_MINUTE = 600;
/** Who does not hang up when told to is cut off. */
const LINGER_MS = 1_000;
/** The refusal of a namespace, as socket.io writes it: its client hears `connect_error` and does not come back by itself. */
const TOO_MUCH = `4${NAMESPACE},{"message":"RATE_LIMITED"}`;

/** The part of a connection below socket.io that counts here; its own package types the event's arguments as `any`. */
interface EngineConnection {
  on(event: "packetCreate" | "flush" | "packet", listener: () => void): unknown;
  write(message: string): unknown;
  close(discard: boolean): void;
  /** A WebSocket's has one to cut. */
  readonly transport: { readonly socket?: { terminate?(): void } };
}

/** A socket server of our own on this HTTP server. */
export function openSocketServer(http: HttpServer): Server {
  const io = new Server(http, SERVER_OPTIONS);
  // Some programs offer HTTP/2 with every request, and would wait for an answer in vain (RFC 9110, 7.8: it may be ignored).
  Object.assign(http, { shouldUpgradeCallback: ({ headers }: IncomingMessage) => /^websocket$/i.test(headers.upgrade ?? "") });
  // Nobody is known in the main namespace, and nothing is told there.
  io.use((_socket, next) => next(new Error("ROUTE_UNKNOWN")));
  // What it is given here it answers with 400.
  io.engine.use((request: IncomingMessage, _response: unknown, next: (refused?: Error) => void) =>
    hasTwoHosts(request) ? next(new Error("two hosts")) : next(),
  );
  io.engine.on("connection", (connection: EngineConnection) => {
    boundBacklog(connection);
    boundPackets(connection);
  });
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
    if (waiting <= MAX_WAITING) return;
    connection.close(true);
    cutLater(connection);
  });
}

/** Ends a connection that talks far more than any page, and says why. */
function boundPackets(connection: EngineConnection): void {
  const mayTalk = rateLimit({ perMinute: MAX_PACKETS_PER_MINUTE, clock: systemClock });
  connection.on("packet", () => {
    if (mayTalk()) return;
    connection.write(TOO_MUCH);
    connection.close(false);
    cutLater(connection);
  });
}

/** Closing a WebSocket takes both sides, and what comes until then is read. */
function cutLater({ transport }: EngineConnection): void {
  setTimeout(() => transport.socket?.terminate?.(), LINGER_MS).unref();
}
