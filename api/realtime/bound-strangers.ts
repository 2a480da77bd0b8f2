import { type IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "socket.io";
import { ERROR_CODES, type ErrorBody } from "../../schemas/error-codes.ts";
import { placeOf } from "../identity/rate-limit.ts";
import type { Identity } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import type { McpNamespace } from "./socket-event-sink.ts";

/** Connections that have not said who they are: from one place, and of one person where the place has no more room. */
const MAX_UNKNOWN = 50;
/** By then the server has cut off who has said nothing. */
const RETRY_AFTER_S = 10;

export interface BoundStrangersOptions {
  namespace: McpNamespace;
  identity: Identity;
  /** Where a request comes from, proxies considered. */
  addressOf: (request: IncomingMessage) => string;
  logger: Logger;
}

/**
 * Bounds what strangers hold open: beyond so many connections from one place that nobody is known by, another is refused
 * with 429 before it is one. Who can prove at once who they are is let in all the same, whatever others do behind their
 * proxy.
 */
export function boundStrangers(io: Server, { namespace, identity, addressOf, logger }: BoundStrangersOptions): void {
  const unknown = new Map<string, number>();
  /** What gives the room of a connection back, by the request it began with. */
  const releases = new WeakMap<IncomingMessage, () => void>();

  const hasRoom = (whose: string) => (unknown.get(whose) ?? 0) < MAX_UNKNOWN;
  const take = (request: IncomingMessage, whose: string) => {
    unknown.set(whose, (unknown.get(whose) ?? 0) + 1);
    releases.set(request, () => {
      releases.delete(request);
      const left = (unknown.get(whose) ?? 0) - 1;
      if (left > 0) unknown.set(whose, left);
      else unknown.delete(whose);
    });
  };
  const release = (request: IncomingMessage) => releases.get(request)?.();

  const admit = async (request: IncomingMessage): Promise<boolean> => {
    const who = await identity.identify(request);
    if (who === null || !hasRoom(`person ${who.userId}`)) return false;
    take(request, `person ${who.userId}`);
    return true;
  };

  io.engine.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    if (isOfConnection(request)) return next();
    const isUpgrade = !(response instanceof ServerResponse);
    // Nobody else listens yet, and what nobody listens to ends the process.
    if (isUpgrade) request.socket.on("error", () => {}).once("close", () => release(request));
    const place = `place ${placeOf(addressOf(request))}`;
    if (hasRoom(place)) {
      take(request, place);
      return next();
    }
    admit(request).then(
      (isIn) => (isIn ? next() : refuse(request, isUpgrade ? null : response)),
      (error: unknown) => {
        logger.error({ err: error }, "a connection could not be identified");
        request.socket.destroy();
      },
    );
  });
  io.engine.on("connection_error", ({ req }: { req: IncomingMessage }) => release(req));
  io.engine.on("connection", (connection: { request: IncomingMessage; once(event: "close", listener: () => void): unknown }) => {
    connection.once("close", () => release(connection.request));
  });
  namespace.on("connection", (socket) => {
    release(socket.conn.request);
    // Without its namespace it would be one more that nobody is known by.
    socket.once("disconnect", () => socket.conn.close());
  });
}

/** Polls of a connection that is there already, and its change to another transport. */
function isOfConnection({ url = "" }: IncomingMessage): boolean {
  return new URLSearchParams(url.replace(/^[^?]*/, "")).get("sid") !== null;
}

function refuse({ socket }: IncomingMessage, response: ServerResponse | null): void {
  const { httpStatus, next, retryable } = ERROR_CODES.RATE_LIMITED;
  const message = `too many connections from this address have not said who they are; try again in ${RETRY_AFTER_S} s`;
  const body = JSON.stringify({ code: "RATE_LIMITED", message, next, retryable } satisfies ErrorBody);
  const headers = { "Content-Type": "application/json", "Content-Length": String(body.length), Connection: "close" };
  const all = Object.entries({ ...headers, "Retry-After": String(RETRY_AFTER_S) });
  if (response !== null) return void response.writeHead(httpStatus, Object.fromEntries(all)).end(body);
  const lines = [`HTTP/1.1 ${httpStatus} Too Many Requests`, ...all.map((header) => header.join(": ")), "", body];
  socket.end(lines.join("\r\n"), () => socket.destroy());
}
