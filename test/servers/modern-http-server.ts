import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler } from "@modelcontextprotocol/server";
import { type HttpListener, listenForTests } from "./http-listener.ts";
import { Ledger } from "./ledger.ts";
import { modernServer } from "./modern-server.ts";

export interface ModernHttpFixture extends Pick<HttpListener, "port" | "faults" | "cut" | "close"> {
  readonly url: string;
  readonly ledger: Ledger;
  /** The protocol versions requests named, in their order. */
  versions(): string[];
  /** Tells everybody who listens. */
  notify: ReturnType<typeof createMcpHandler>["notify"];
}

/** A stateless server of 2026-07-28 over HTTP; `legacy` says what becomes of the handshake. */
export async function startModernHttpServer({
  legacy = "reject" as "reject" | "stateless",
  port = 0,
  server = modernServer,
} = {}): Promise<ModernHttpFixture> {
  const ledger = new Ledger();
  const handler = createMcpHandler(server, { legacy });
  const handle = toNodeHandler(handler);
  const listener = await listenForTests({
    ledger,
    port,
    handle: async (request, response) => {
      await handle(request, response);
    },
  });
  return {
    url: `${listener.origin}/mcp`,
    port: listener.port,
    faults: listener.faults,
    cut: listener.cut,
    close: listener.close,
    ledger,
    versions: () => ledger.requests.map(({ headers }) => String(headers["mcp-protocol-version"] ?? "none")),
    notify: handler.notify,
  };
}
