import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface LoopbackListener {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** Ends open streams too. Fine to call twice. */
  close(): Promise<void>;
}

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface ListenOptions {
  /** It has pages of its own, which send forms back to it. */
  readonly hasPages?: boolean;
}

/**
 * An HTTP server that is reached from this machine only, on a free port. Pages of others are refused:
 * a page the operator happens to visit must not talk to the demo (DNS rebinding, cross-site requests).
 */
export async function listenOnLoopback(handle: RequestHandler, options: ListenOptions = {}): Promise<LoopbackListener> {
  let host = "";
  const server = createServer((request, response) => {
    const { origin } = request.headers;
    const isOwnPage = options.hasPages === true && origin === `http://${host}`;
    if (request.headers.host !== host || (origin !== undefined && !isOwnPage)) {
      answer(response, 403, "This demo server talks to the platform on this machine only.");
      return;
    }
    handle(request, response).catch(() => answer(response, 500, "The demo server failed."));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin: `http://${host}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A JSON-RPC error without an id: what MCP clients expect beside an HTTP status. */
export function answer(response: ServerResponse, status: number, message: string, headers: Record<string, string> = {}): void {
  if (response.headersSent) {
    response.end();
    return;
  }
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify({ jsonrpc: "2.0", error: { code: -32000, message }, id: null }));
}
