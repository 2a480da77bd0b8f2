import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Ledger } from "./ledger.ts";

/** Turned while the server runs; each is looked at anew for every request. */
export interface HttpFaults {
  /** Answer everything with this status and nothing else. */
  status: number | null;
  headers: Record<string, string>;
  /** Accept requests and never answer. */
  hang: boolean;
  /** Wait this long with the answer to whoever has no session yet: a server that is slow to start. */
  startDelayMs: number;
  /** Refuse with 401 unless it says yes. */
  accepts: (request: IncomingMessage) => boolean;
}

export interface HttpListener {
  readonly origin: string;
  readonly port: number;
  readonly faults: HttpFaults;
  /** Destroys every open socket, as a dying machine does. */
  cut(): void;
  close(): Promise<void>;
}

export interface HttpListenerOptions {
  ledger: Ledger;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** @default 0, a free one; a number to come back where one was before */
  port?: number;
}

/** The HTTP ground of all network fixtures: records every request before anything else happens to it. */
export async function listenForTests({ ledger, handle, upgrade, port = 0 }: HttpListenerOptions): Promise<HttpListener> {
  const faults: HttpFaults = { status: null, headers: {}, hang: false, startDelayMs: 0, accepts: () => true };
  const record = (request: IncomingMessage) =>
    ledger.requests.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers });
  const onRequest: RequestListener = (request, response) => {
    record(request);
    if (faults.hang) return;
    if (faults.status !== null) {
      response.writeHead(faults.status, faults.headers).end("fault");
      return;
    }
    if (!faults.accepts(request)) {
      response.writeHead(401, { "content-type": "text/plain", ...faults.headers }).end("who are you?");
      return;
    }
    const answer = () =>
      handle(request, response).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500);
        response.end(String(error));
      });
    if (faults.startDelayMs > 0 && request.headers["mcp-session-id"] === undefined) setTimeout(answer, faults.startDelayMs);
    else void answer();
  };
  const server = createServer(onRequest);
  if (upgrade !== undefined) {
    server.on("upgrade", (request, socket, head) => {
      record(request);
      if (faults.hang) return;
      if (faults.accepts(request) && faults.status === null) upgrade(request, socket, head);
      else socket.end(`HTTP/1.1 ${faults.status ?? 401} Refused\r\nconnection: close\r\n\r\n`);
    });
  }
  const sockets = new Set<Duplex>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    origin: `http://127.0.0.1:${address.port}`,
    port: address.port,
    faults,
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
