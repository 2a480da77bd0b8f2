import type { IncomingMessage } from "node:http";
import type { Server, ServerOptions } from "socket.io";
import type { ErrorCode } from "../../schemas/error-codes.ts";
import type { StatusSnapshot } from "../../schemas/wire.ts";
import { isOwnOrigin } from "../identity/own-origin.ts";
import type { Clock } from "../ports/clock.ts";
import type { Identity, Principal } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import { boundStrangers } from "./bound-strangers.ts";
import { dropLapsed } from "./drop-lapsed.ts";
import { rateLimit } from "./rate-limit.ts";
import { type McpNamespace, ROOMS } from "./socket-event-sink.ts";

export const NAMESPACE = "/mcp";

/** What our own server is opened with; a host's server brings its own. */
export const SERVER_OPTIONS: Partial<ServerOptions> = {
  serveClient: false,
  maxHttpBufferSize: 16 * 1024,
  // Who says nothing holds a connection for this long.
  connectTimeout: 10_000,
  // A browser is given up after both together: a house that stands still for a while must not lose everybody at once.
  pingInterval: 25_000,
  pingTimeout: 20_000,
  // A snapshot at every connect is cheaper to trust than recovery, which skips authentication by default.
  connectionStateRecovery: undefined,
  cors: { origin: false },
};

export interface RealtimeParts {
  identity: Identity;
  publicUrl: string | null;
  /** May people have come by this `Host`? @default by any */
  isOwnHost?: (host: string | undefined) => boolean;
  /** Where a request comes from, for a server of our own: one place may hold so many connections that nobody is known by. */
  addressOf?: ((request: IncomingMessage) => string) | undefined;
  clock: Clock;
  logger: Logger;
  snapshot: (who: Principal) => StatusSnapshot;
  /** Somebody has the page open: once for each tab. */
  online: (who: Principal) => void;
  /** Once for each of those, when it is closed. */
  offline: (who: Principal) => void;
  /** Tabs one person may have open. @default 100 */
  maxPerUser?: number;
}

type McpSocket = Parameters<Parameters<McpNamespace["use"]>[0]>[0];

const HELLOS_PER_MINUTE = 60;
/** Sessions end and roles change while sockets stay open: what nobody told us of. */
const RECHECK_MS = 60_000;

/** Opens the namespace on a socket.io server: who is asking, from our own page, then one snapshot and deltas after it. */
export function attachRealtime(io: Server, parts: RealtimeParts): McpNamespace {
  const { identity, clock, logger, snapshot, online, offline, addressOf, maxPerUser = 100, isOwnHost = () => true } = parts;
  const namespace: McpNamespace = io.of(NAMESPACE);

  const admit = async (socket: McpSocket): Promise<ErrorCode | null> => {
    const { origin, host } = socket.handshake.headers;
    if (!isOwnHost(host)) return "ORIGIN_REFUSED";
    if (origin !== undefined && !isOwnOrigin(origin, { host, publicUrl: parts.publicUrl })) return "ORIGIN_REFUSED";
    const who = await identity.identify(socket.handshake);
    if (who === null) return "SIGN_IN_REQUIRED";
    if ((namespace.adapter.rooms.get(ROOMS.user(who.userId))?.size ?? 0) >= maxPerUser) return "LIMIT_REACHED";
    socket.data.who = who;
    return null;
  };
  /** What goes wrong with one socket ends that socket: a throw out of a listener would end the process. */
  const guarded = (socket: McpSocket, work: () => void) => {
    try {
      work();
    } catch (error) {
      logger.error({ err: error }, "a socket failed");
      socket.disconnect(true);
    }
  };
  const welcome = (socket: McpSocket) => {
    const who: Principal = socket.data.who;
    const proof = who.sessionId ?? who.keyId;
    void socket.join([
      ROOMS.user(who.userId),
      ...(proof === undefined ? [] : [ROOMS.session(proof)]),
      ...(who.role === "ADMIN" ? [ROOMS.admins] : []),
    ]);
    socket.emit("mcp:snapshot", snapshot(who));
    socket.on("disconnect", () => offline(who));
    online(who);
    const mayAsk = rateLimit({ perMinute: HELLOS_PER_MINUTE, clock });
    socket.on("mcp:hello", (ack: unknown) => {
      if (typeof ack !== "function") return;
      guarded(socket, () => ack(mayAsk() ? { ok: true, value: snapshot(who) } : { ok: false, code: "RATE_LIMITED" }));
    });
    watch(socket, who);
  };
  const watch = (socket: McpSocket, who: Principal) => {
    const check = async () => {
      const still = await identity.identify(socket.handshake);
      if (still?.userId !== who.userId || still.role !== who.role) socket.disconnect(true);
    };
    const later = () =>
      clock.setTimer(RECHECK_MS, () => {
        check()
          .catch((error: unknown) => logger.error({ err: error }, "a socket could not be checked again"))
          .finally(() => {
            if (socket.connected) cancel = later();
          });
      });
    let cancel = later();
    socket.on("disconnect", () => cancel());
  };

  namespace.use((socket, next) => {
    admit(socket).then(
      (code) => next(code === null ? undefined : new Error(code)),
      (error: unknown) => {
        logger.error({ err: error }, "a socket could not be identified");
        next(new Error("INTERNAL"));
      },
    );
  });
  namespace.on("connection", (socket) => {
    // A host's server may recover sockets without asking who they are now: out of all rooms, and in by the door.
    if (!socket.recovered) return guarded(socket, () => welcome(socket));
    for (const room of socket.rooms) if (room !== socket.id) void socket.leave(room);
    admit(socket).then(
      (code) => (code === null ? guarded(socket, () => welcome(socket)) : socket.disconnect()),
      (error: unknown) => {
        logger.error({ err: error }, "a socket could not be identified");
        socket.disconnect();
      },
    );
  });
  if (addressOf !== undefined) boundStrangers(io, { namespace, identity, addressOf, logger });
  dropLapsed(namespace, { identity, clock, logger });
  return namespace;
}
