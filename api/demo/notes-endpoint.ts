import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { demoKeyOf } from "./demo-key.ts";
import { answer, type LoopbackListener, listenOnLoopback } from "./loopback-listener.ts";
import { NoteBook } from "./note-book.ts";
import { notesServer } from "./notes-server.ts";

interface Session {
  key: string;
  transport: StreamableHTTPServerTransport;
}

const MAX_SESSIONS = 200;

/** The streamable-HTTP demo at `/mcp`: 401 without a key of the documented form, a session of its own for every client. */
export async function startNotesEndpoint(): Promise<LoopbackListener> {
  const notes = new NoteBook();
  const sessions = new Map<string, Session>();
  const listener = await listenOnLoopback(async (request, response) => {
    if (request.url !== "/mcp") return answer(response, 404, "The demo server is at /mcp.");
    const key = demoKeyOf(request.headers);
    if (key === null) {
      return answer(response, 401, "Send a key of the form demo-XXXXXXXX (8 or more letters and digits).", {
        "www-authenticate": 'Bearer realm="demo"',
      });
    }
    const id = request.headers["mcp-session-id"];
    if (id === undefined) return begin(key, request, response);
    // A session answers to the key that opened it and to no other (spec: session hijacking).
    const session = sessions.get(String(id));
    if (session?.key !== key) return answer(response, 404, "There is no such session.");
    await session.transport.handleRequest(request, response);
  });

  async function begin(key: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        sessions.set(id, { key, transport });
        closeOldest();
      },
    });
    transport.onclose = () => {
      if (transport.sessionId !== undefined) sessions.delete(transport.sessionId);
    };
    await notesServer(key, notes).connect(transport);
    await transport.handleRequest(request, response);
  }

  /** Clients that vanish without a DELETE leave sessions behind; the oldest makes room. */
  function closeOldest(): void {
    const oldest = sessions.values().next().value;
    if (sessions.size > MAX_SESSIONS && oldest !== undefined) void oldest.transport.close();
  }

  return listener;
}
