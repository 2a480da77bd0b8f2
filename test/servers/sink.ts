import { type AddressInfo, createServer, type Socket } from "node:net";

/** A place nobody may reach: counts who came, keeps every byte, and answers nothing. */
export interface Sink {
  readonly host: string;
  readonly port: number;
  /** Connections that were accepted. */
  readonly hits: number;
  /** All bytes it was sent. */
  readonly heard: string;
  close(): Promise<void>;
}

/** `host`: any address of this machine, such as another one of 127/8. `port`: 0 takes a free one. */
export async function startSink({ host = "127.0.0.1", port = 0 } = {}): Promise<Sink> {
  let hits = 0;
  let heard = "";
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    hits += 1;
    sockets.add(socket);
    socket.on("data", (chunk) => {
      heard += chunk.toString("latin1");
    });
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    host,
    port: (server.address() as AddressInfo).port,
    get hits() {
      return hits;
    },
    get heard() {
      return heard;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
