import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer, type ServerOptions } from "node:https";
import type { AddressInfo, Socket } from "node:net";

/** One request, read to its end. `method` is JSON-RPC's for a POST, HTTP's for anything else. */
export interface Exchange {
  readonly method: string;
  readonly id: number;
  readonly params: Record<string, unknown>;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Answers as a proper server would. */
  answer(result: object): void;
}

export interface HandmadeServer {
  readonly url: string;
  readonly port: number;
  /** Methods in their order, GET among them. */
  readonly asked: string[];
  /** Sockets that were accepted. */
  readonly sockets: Set<Socket>;
  socketsSeen: number;
  /** Who answers instead, by method; may be changed while it runs. */
  readonly instead: Map<string, (exchange: Exchange) => void>;
  /** Answers whoever sends a session that is not known. @default 404 */
  onUnknownSession: (response: ServerResponse) => void;
  forgetSessions(): void;
  /** Another certificate for connections from now on. */
  renew(tls: { key: string; cert: string }): void;
  /** Destroys every open socket. */
  cut(): void;
  /** Sees every piece of a body as it comes. */
  onPiece: (request: IncomingMessage) => void;
  /** Looks at the socket before any byte of it was read. */
  onSocket: (socket: Socket) => void;
  close(): Promise<void>;
}

export interface HandmadeOptions {
  /** @default 0, a free one */
  port?: number;
  /** @default "127.0.0.1" */
  host?: string;
  /** Gives every client a session and insists on it. @default false */
  withSessions?: boolean;
  /** Says that it has resources; `instead` must answer for them. @default false */
  offersResources?: boolean;
  /** Speaks TLS. */
  tls?: ServerOptions;
  instead?: Record<string, (exchange: Exchange) => void>;
}

/** An MCP server written by hand, because a proper one cannot be made to answer wrongly. It has one tool, `go`. */
export async function startHandmadeServer(options: HandmadeOptions = {}): Promise<HandmadeServer> {
  const { port = 0, host = "127.0.0.1", withSessions = false, offersResources = false, tls } = options;
  const capabilities = { tools: {}, ...(offersResources ? { resources: {} } : {}) };
  const sessions = new Set<string>();
  const ordinary: Record<string, (exchange: Exchange) => void> = {
    initialize({ response, answer }) {
      if (withSessions) {
        const id = randomUUID();
        sessions.add(id);
        response.setHeader("mcp-session-id", id);
      }
      answer({ protocolVersion: "2025-06-18", capabilities, serverInfo: { name: "handmade", version: "1" } });
    },
    "tools/list": ({ answer }) => answer({ tools: [{ name: "go", inputSchema: { type: "object" } }] }),
    "tools/call": ({ answer }) => answer({ content: [{ type: "text", text: "gone" }] }),
    GET: ({ response }) => void response.writeHead(405).end(),
    DELETE: ({ response }) => void response.writeHead(200).end(),
  };

  const isUnknown = ({ headers }: IncomingMessage, method: string) =>
    withSessions && method !== "initialize" && method !== "server/discover" && !sessions.has(String(headers["mcp-session-id"]));

  const handle = (request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    request.on("error", () => {});
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
      server.onPiece(request);
    });
    request.on("end", () => {
      const message = request.method === "POST" ? (JSON.parse(body) as Partial<Exchange>) : {};
      const method = message.method ?? request.method ?? "";
      server.asked.push(method);
      if (isUnknown(request, method)) return server.onUnknownSession(response);
      const { id = -1, params = {} } = message;
      const json = (told: object) =>
        void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ jsonrpc: "2.0", id, ...told }));
      const exchange: Exchange = { method, id, params, request, response, answer: (result) => json({ result }) };
      const how = server.instead.get(method) ?? ordinary[method];
      if (how !== undefined) return how(exchange);
      if (message.id === undefined) return void response.writeHead(202).end();
      json({ error: { code: -32601, message: "no such method" } });
    });
  };
  const http = tls === undefined ? createServer(handle) : createSecureServer(tls, handle);
  const server: HandmadeServer = {
    url: "",
    port: 0,
    asked: [],
    sockets: new Set(),
    socketsSeen: 0,
    instead: new Map(Object.entries(options.instead ?? {})),
    onUnknownSession: (response) => void response.writeHead(404).end(),
    onPiece: () => {},
    onSocket: () => {},
    forgetSessions: () => sessions.clear(),
    renew: (next) => {
      if ("setSecureContext" in http) http.setSecureContext(next);
    },
    cut: () => {
      for (const socket of server.sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        server.cut();
      }),
  };
  http.on("connection", (socket: Socket) => {
    server.sockets.add(socket);
    server.socketsSeen += 1;
    socket.on("close", () => server.sockets.delete(socket));
    socket.on("error", () => {});
    server.onSocket(socket);
  });
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, host, resolve);
  });
  const { port: bound } = http.address() as AddressInfo;
  const origin = `${tls === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${bound}`;
  return Object.assign(server, { url: `${origin}/mcp`, port: bound });
}
