import { type LookupFunction, Socket } from "node:net";
import { buildConnector, errors } from "undici";

const unsent = new WeakSet<object>();

/**
 * True for a failure of the network after which it is certain that the server has not got the whole request: no
 * connection came about, or it ended while a part of the request was still here. False means nothing.
 */
export function wasNotSent(error: object): boolean {
  return unsent.has(error);
}

/** For one who knows: a part of the request never left. */
export function markNotSent(error: unknown): void {
  if (typeof error === "object" && error !== null) unsent.add(error);
}

type Connector = ReturnType<typeof buildConnector>;

export interface ConnectorOptions {
  lookup: LookupFunction;
  /** For the name, the connection and its encryption together. */
  timeoutMs: number;
}

/** After this silence the system asks whether the other side is still there, ten times, a second apart. */
const SILENT_MS = 45_000;
/** Who comes late to a connection that hangs still gets this long. */
const LEAST_MS = 1_000;

/**
 * A connector as undici's own, whose failures `wasNotSent` can tell apart. While none to an origin comes about, all who
 * try wait for the same end: asking a second time does not make a person wait twice as long.
 */
export function watchedConnector({ lookup, timeoutMs }: ConnectorOptions): Connector {
  // Whatever NODE_TLS_REJECT_UNAUTHORIZED says: who a server is, is always proven; and anew for every connection, because
  // a TLS session that is taken up again passes a certificate that has expired since.
  const connect = buildConnector({
    lookup,
    timeout: 0,
    rejectUnauthorized: true,
    maxCachedSessions: 0,
    keepAliveInitialDelay: SILENT_MS,
  });
  /** Those who are trying, with the time they began. */
  const trying = new Map<symbol, number>();
  return (target, done) => {
    const own = Symbol();
    const [since = performance.now()] = trying.values();
    trying.set(own, since);
    const timer = setTimeout(() => late(), Math.max(LEAST_MS, since + timeoutMs - performance.now()));
    const ended = () => {
      clearTimeout(timer);
      trying.delete(own);
    };
    let late = ended;
    try {
      const socket: unknown = connect(target, (error, connected) => {
        ended();
        if (error !== null) {
          unsent.add(error);
          return done(error, null);
        }
        trying.clear();
        watch(connected);
        done(null, connected);
      });
      late = () => {
        if (socket instanceof Socket) socket.destroy(new errors.ConnectTimeoutError(`no connection within ${timeoutMs} ms`));
      };
    } catch (error) {
      ended();
      throw error;
    }
  };
}

/** Before undici listens: its errors are the socket's own, and one of ours comes before the one it would make. */
function watch(socket: Socket): void {
  socket.on("error", (error: NodeJS.ErrnoException) => {
    // A write that failed never reached its end; one that is waiting still has something here.
    if (error.syscall === "write" || socket.writableLength > 0) unsent.add(error);
  });
  socket.on("end", () => {
    if (socket.writableLength === 0) return;
    const error = Object.assign(new Error("the other side closed"), { code: "UND_ERR_SOCKET" });
    unsent.add(error);
    socket.destroy(error);
  });
}
