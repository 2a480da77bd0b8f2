import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { fixtureServer } from "./fixture-server.ts";
import { type HttpFaults, listenForTests } from "./http-listener.ts";
import { Ledger } from "./ledger.ts";

export interface HttpFixture {
  /** Where MCP is spoken. */
  readonly url: string;
  readonly port: number;
  readonly ledger: Ledger;
  readonly faults: HttpFaults;
  readonly sessionCount: number;
  /** Streams of notifications that are open. */
  readonly streams: number;
  /** Those that were opened since the start. */
  readonly streamsOpened: number;
  /** Gives every open session one more tool, which tells its client that the list changed. */
  addTool(name: string): void;
  /** Forgets all sessions, as after a restart: the next request of each gets 404. */
  forgetSessions(): void;
  cut(): void;
  close(): Promise<void>;
}

export interface HttpServerOptions {
  /** A method that is never answered, by its `Mcp-Method` header. */
  silentTo?: string;
  port?: number;
  name?: string;
  /** Gives a session tools of its own, by the headers it began with. */
  onSession?: (server: McpServer, headers: IncomingMessage["headers"]) => void;
  /** Answers instead, and says so. */
  instead?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A streamable-HTTP server (SDK v1, with sessions) that records every header it gets, and never answers one method. */
export async function startHttpServer(options: HttpServerOptions = {}): Promise<HttpFixture> {
  const ledger = new Ledger();
  const sessions = new Map<string, { transport: StreamableHTTPServerTransport; server: McpServer }>();
  let streams = 0;
  let streamsOpened = 0;
  const listener = await listenForTests({
    ledger,
    port: options.port ?? 0,
    handle: async (request, response) => {
      if (options.instead?.(request, response) === true) return;
      if (options.silentTo !== undefined && request.headers["mcp-method"] === options.silentTo) return;
      const id = request.headers["mcp-session-id"];
      if (id === undefined) return begin(request, response);
      const session = sessions.get(String(id));
      if (session === undefined) {
        response.writeHead(404).end();
        return;
      }
      if (request.method === "GET") {
        streams += 1;
        streamsOpened += 1;
        response.on("close", () => {
          streams -= 1;
        });
      }
      await session.transport.handleRequest(request, response);
    },
  });

  async function begin(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const server = fixtureServer(ledger, options.name);
    options.onSession?.(server, request.headers);
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        sessions.set(id, { transport, server });
      },
    });
    transport.onclose = () => {
      if (transport.sessionId !== undefined) sessions.delete(transport.sessionId);
    };
    await server.connect(transport);
    await transport.handleRequest(request, response);
  }

  return {
    url: `${listener.origin}/mcp`,
    port: listener.port,
    ledger,
    faults: listener.faults,
    get streams() {
      return streams;
    },
    get streamsOpened() {
      return streamsOpened;
    },
    get sessionCount() {
      return sessions.size;
    },
    addTool: (name) => {
      for (const { server } of sessions.values()) {
        server.registerTool(name, { description: "Added at run time." }, () => ({ content: [{ type: "text", text: name }] }));
      }
    },
    forgetSessions: () => sessions.clear(),
    cut: listener.cut,
    close: listener.close,
  };
}
