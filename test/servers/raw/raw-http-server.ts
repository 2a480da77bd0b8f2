import type { IncomingMessage, ServerResponse } from "node:http";
import { listenForTests } from "../http-listener.ts";
import { Ledger } from "../ledger.ts";
import { type Exchange, type Faults, type Heard, heardNow, react } from "./exchange.ts";
import { written } from "./written.ts";

export interface RawHttpServer {
  readonly url: string;
  /** Looked at anew for every message: set and take away while it runs. */
  readonly faults: Faults;
  readonly heard: readonly Heard[];
  readonly ledger: Ledger;
  /** Messages of this method. */
  heardOf(method: string): Heard[];
  /** Streams that are open: GETs, and POSTs that are answered in parts. */
  readonly openStreams: ReadonlySet<ServerResponse>;
  /** As an event on every open GET. */
  tell(text: string): void;
  cut(): void;
  close(): Promise<void>;
}

/** A server over streamable HTTP written by hand: it does what a proper one cannot be brought to do. */
export async function startRawHttpServer(faults: Faults = {}): Promise<RawHttpServer> {
  const heard: Heard[] = [];
  const ledger = new Ledger();
  const openStreams = new Set<ServerResponse>();
  const gets = new Set<ServerResponse>();
  const opened = (response: ServerResponse) => {
    openStreams.add(response);
    response.on("close", () => {
      openStreams.delete(response);
      gets.delete(response);
    });
  };
  const take = async (response: ServerResponse, message: Record<string, unknown>) => {
    const now = heardNow(message);
    heard.push(now);
    await react(faults, httpExchange(now, response, opened));
  };
  const listener = await listenForTests({
    ledger,
    handle: async (request, response) => {
      if (request.method === "GET") {
        if (faults.GET !== undefined) return take(response, { method: "GET" });
        opened(response);
        gets.add(response);
        response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
        return;
      }
      if (request.method !== "POST") return void response.writeHead(405).end();
      await take(response, JSON.parse(await textOf(request)) as Record<string, unknown>);
    },
  });
  return {
    url: `${listener.origin}/mcp`,
    faults,
    heard,
    ledger,
    openStreams,
    heardOf: (method) => heard.filter((each) => each.method === method),
    tell: (text) => {
      for (const response of gets) response.write(`data: ${text}\n\n`);
    },
    cut: listener.cut,
    close: listener.close,
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** The ways to answer one HTTP request. What is said first decides whether it becomes a stream or a body. */
export function httpExchange(heard: Heard, response: ServerResponse, opened: (response: ServerResponse) => void): Exchange {
  const headers: Record<string, string> = {};
  const begin = (contentType = "text/event-stream") => {
    if (response.headersSent) return;
    opened(response);
    response.writeHead(200, { "content-type": contentType, ...headers });
  };
  const bytes = (chunk: Buffer | string) => {
    begin();
    return written(response, chunk);
  };
  const body: Exchange["body"] = (contentType, text, status = 200) =>
    void response.writeHead(status, { "content-type": contentType, ...headers }).end(text);
  const whole = (message: object) => {
    const text = JSON.stringify({ jsonrpc: "2.0", id: heard.id, ...message });
    if (response.headersSent) void written(response, `data: ${text}\n\n`).then(() => response.end());
    else body("application/json", text);
  };
  return {
    heard,
    params: (heard.message.params ?? {}) as Record<string, unknown>,
    answer: (result) => whole({ result }),
    refuse: (code, message) => whole({ error: { code, message } }),
    say: (text) => bytes(`data: ${text}\n\n`),
    begin,
    bytes,
    header: (name, value) => {
      headers[name] = value;
    },
    body,
    end: () => {
      if (!response.headersSent) response.writeHead(202, headers);
      response.end();
    },
    cut: () => void response.destroy(),
  };
}
