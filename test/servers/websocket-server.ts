import type { Duplex } from "node:stream";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import { type WebSocket, WebSocketServer } from "ws";
import { fixtureServer } from "./fixture-server.ts";
import { type HttpFaults, listenForTests } from "./http-listener.ts";
import { Ledger } from "./ledger.ts";

export interface WebSocketFixture {
  readonly url: string;
  readonly ledger: Ledger;
  readonly faults: HttpFaults;
  readonly sessionCount: number;
  /** Sends this text, which need not be JSON-RPC, to every client. */
  sendRaw(text: string): void;
  /** Of the last request that came. */
  lastId(): number;
  /** Writes these bytes, which need not be frames, to every socket. */
  sendBytes(bytes: Buffer): void;
  /** Every open socket is left as it is, and not read from any more. */
  stopListening(): void;
  /** Those that were taken up and are open, listened to or not. */
  socketCount(): number;
  /** Has every client agreed that messages are packed? */
  isPacking(): boolean;
  cut(): void;
  close(): Promise<void>;
}

/** The same fixture over WebSocket, subprotocol `mcp`, one JSON-RPC message a frame. */
export async function startWebSocketServer(): Promise<WebSocketFixture> {
  const ledger = new Ledger();
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: true,
    handleProtocols: (offered) => (offered.has("mcp") ? "mcp" : false),
  });
  const lines = new Set<Duplex>();
  let lastId = -1;
  const listener = await listenForTests({
    ledger,
    handle: async (_request, response) => {
      response.writeHead(426).end("WebSocket only");
    },
    upgrade: (request, socket, head) => {
      lines.add(socket.on("close", () => lines.delete(socket)));
      sockets.handleUpgrade(request, socket, head, (client) => {
        if (client.protocol !== "mcp") return client.close(1002, "subprotocol mcp expected");
        client.on("message", (frame) => {
          lastId = (JSON.parse(frame.toString()) as { id?: number }).id ?? lastId;
        });
        fixtureServer(ledger)
          .connect(overSocket(client))
          .catch(() => client.close(1011));
      });
    },
  });
  return {
    url: `ws://127.0.0.1:${listener.port}/mcp`,
    ledger,
    faults: listener.faults,
    get sessionCount() {
      return sockets.clients.size;
    },
    sendRaw: (text) => {
      for (const client of sockets.clients) client.send(text);
    },
    lastId: () => lastId,
    sendBytes: (bytes) => {
      for (const line of lines) line.write(bytes);
    },
    stopListening: () => {
      for (const line of lines) line.removeAllListeners("data").removeAllListeners("end").resume();
    },
    socketCount: () => lines.size,
    isPacking: () => [...sockets.clients].every(({ extensions }) => extensions.includes("permessage-deflate")),
    cut: listener.cut,
    close: listener.close,
  };
}

function overSocket(client: WebSocket): Transport {
  const transport: Transport = {
    start: async () => {
      client.on("message", (frame) => transport.onmessage?.(JSONRPCMessageSchema.parse(JSON.parse(frame.toString()))));
      client.on("close", () => transport.onclose?.());
      client.on("error", (error) => transport.onerror?.(error));
    },
    send: async (message) => client.send(JSON.stringify(message)),
    close: async () => client.close(),
  };
  return transport;
}
