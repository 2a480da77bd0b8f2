import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { deskServer } from "./desk-server.ts";
import { answer, type LoopbackListener, listenOnLoopback } from "./loopback-listener.ts";

/** The HTTP+SSE demo: a stream at GET `/sse`, messages to POST `/messages`. Old, but many servers still speak it. */
export async function startDeskEndpoint(): Promise<LoopbackListener> {
  const sessions = new Map<string, SSEServerTransport>();
  return listenOnLoopback(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://demo");
    if (request.method === "GET" && url.pathname === "/sse") {
      const transport = new SSEServerTransport("/messages", response);
      sessions.set(transport.sessionId, transport);
      response.on("close", () => sessions.delete(transport.sessionId));
      await deskServer().connect(transport);
      return;
    }
    const transport = sessions.get(url.searchParams.get("sessionId") ?? "");
    if (request.method !== "POST" || url.pathname !== "/messages" || transport === undefined) {
      return answer(response, 404, "The demo server is at /sse.");
    }
    await transport.handlePostMessage(request, response);
  });
}
