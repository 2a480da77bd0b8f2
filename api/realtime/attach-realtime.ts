import type { Server, ServerOptions } from "socket.io";
import type { StatusSnapshot } from "../../schemas/wire.ts";
import { isOwnOrigin } from "../identity/own-origin.ts";
import type { Identity, Principal } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import { type McpNamespace, ROOMS } from "./socket-event-sink.ts";

export const NAMESPACE = "/mcp";

/** What our own server is opened with; a host's server brings its own. */
export const SERVER_OPTIONS: Partial<ServerOptions> = {
  serveClient: false,
  maxHttpBufferSize: 16 * 1024,
  // A snapshot at every connect is cheaper to trust than recovery, which skips authentication by default.
  connectionStateRecovery: undefined,
  cors: { origin: false },
};

export interface RealtimeParts {
  identity: Identity;
  publicUrl: string | null;
  logger: Logger;
  snapshot: (who: Principal) => StatusSnapshot;
  /** Somebody has the page open. */
  online: (who: Principal) => void;
}

const HELLOS_PER_MINUTE = 60;
/** Sessions end and roles change while sockets stay open. */
const RECHECK_MS = 60_000;

/** Opens the namespace on a socket.io server: who is asking, from our own page, then one snapshot and deltas after it. */
export function attachRealtime(io: Server, { identity, publicUrl, logger, snapshot, online }: RealtimeParts): McpNamespace {
  const namespace: McpNamespace = io.of(NAMESPACE);
  namespace.use((socket, next) => {
    const { origin, host } = socket.handshake.headers;
    if (origin !== undefined && !isOwnOrigin(origin, { host, publicUrl })) return next(new Error("ORIGIN_REFUSED"));
    identity.identify(socket.handshake).then(
      (who) => {
        if (who === null) return next(new Error("SIGN_IN_REQUIRED"));
        socket.data.who = who;
        next();
      },
      (error: unknown) => {
        logger.error({ err: error }, "a socket could not be identified");
        next(new Error("INTERNAL"));
      },
    );
  });
  namespace.on("connection", (socket) => {
    const who: Principal = socket.data.who;
    void socket.join([
      ROOMS.user(who.userId),
      ...(who.sessionId === null ? [] : [ROOMS.session(who.sessionId)]),
      ...(who.role === "ADMIN" ? [ROOMS.admins] : []),
    ]);
    socket.emit("mcp:snapshot", snapshot(who));
    online(who);
    const mayAsk = rateLimit(HELLOS_PER_MINUTE);
    socket.on("mcp:hello", (ack: unknown) => {
      if (typeof ack !== "function") return;
      ack(mayAsk() ? { ok: true, value: snapshot(who) } : { ok: false, code: "RATE_LIMITED" });
    });
    const recheck = setInterval(() => {
      identity.identify(socket.handshake).then(
        (still) => {
          if (still?.userId !== who.userId || still.role !== who.role) socket.disconnect(true);
        },
        (error: unknown) => logger.error({ err: error }, "a socket could not be checked again"),
      );
    }, RECHECK_MS);
    recheck.unref();
    socket.on("disconnect", () => clearInterval(recheck));
  });
  return namespace;
}

/** So many a minute, per socket. */
function rateLimit(perMinute: number): () => boolean {
  let windowStart = 0;
  let used = 0;
  return () => {
    const now = Date.now();
    if (now - windowStart > 60_000) {
      windowStart = now;
      used = 0;
    }
    used += 1;
    return used <= perMinute;
  };
}
