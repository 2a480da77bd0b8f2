import type { Socket } from "node:net";
import { buildConnector } from "undici";

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

/** A connector as undici's own, whose failures `wasNotSent` can tell apart. */
export function watchedConnector(options: Parameters<typeof buildConnector>[0]): Connector {
  const connect = buildConnector(options);
  return (target, done) =>
    connect(target, (error, socket) => {
      if (error !== null) {
        unsent.add(error);
        return done(error, null);
      }
      watch(socket);
      done(null, socket);
    });
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
