import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { fixtureServer } from "./fixture-server.ts";
import { type HttpFaults, listenForTests } from "./http-listener.ts";
import { Ledger } from "./ledger.ts";

export interface SseFixture {
  readonly url: string;
  readonly ledger: Ledger;
  readonly faults: HttpFaults;
  readonly sessionCount: number;
  cut(): void;
  close(): Promise<void>;
}

/** The same fixture over the older HTTP+SSE transport: stream at `/sse`, messages to `/messages`. */
export async function startSseServer(): Promise<SseFixture> {
  const ledger = new Ledger();
  const sessions = new Map<string, SSEServerTransport>();
  const listener = await listenForTests({
    ledger,
    handle: async (request, response) => {
      const url = new URL(request.url ?? "/", "http://fixture");
      if (request.method === "GET" && url.pathname === "/sse") {
        const transport = new SSEServerTransport("/messages", response);
        sessions.set(transport.sessionId, transport);
        response.on("close", () => sessions.delete(transport.sessionId));
        await fixtureServer(ledger).connect(transport);
        return;
      }
      const transport = sessions.get(url.searchParams.get("sessionId") ?? "");
      if (request.method !== "POST" || transport === undefined) {
        response.writeHead(404).end();
        return;
      }
      await transport.handlePostMessage(request, response);
    },
  });
  return {
    url: `${listener.origin}/sse`,
    ledger,
    faults: listener.faults,
    get sessionCount() {
      return sessions.size;
    },
    cut: listener.cut,
    close: listener.close,
  };
}
