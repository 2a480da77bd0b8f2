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
  cut(): void;
  close(): Promise<void>;
}

/** The same fixture over WebSocket, subprotocol `mcp`, one JSON-RPC message a frame. */
export async function startWebSocketServer(): Promise<WebSocketFixture> {
  const ledger = new Ledger();
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => (offered.has("mcp") ? "mcp" : false) });
  const listener = await listenForTests({
    ledger,
    handle: async (_request, response) => {
      response.writeHead(426).end("WebSocket only");
    },
    upgrade: (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (client) => {
        if (client.protocol !== "mcp") return client.close(1002, "subprotocol mcp expected");
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
