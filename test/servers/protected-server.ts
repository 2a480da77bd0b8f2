import type { IncomingMessage, ServerResponse } from "node:http";
import { type HttpFixture, type HttpServerOptions, startHttpServer } from "./http-server.ts";
import type { ScriptedIdp } from "./scripted-idp.ts";

export interface ProtectedServer extends HttpFixture {
  /** Changes its own description before it is given out. */
  describe: (metadata: Record<string, unknown>) => Record<string, unknown>;
  /** Says whether a request with these scopes may pass; null: with no token that holds. */
  admits: (scopes: string[] | null, request: IncomingMessage) => boolean;
  /** What a refused request gets. */
  refuse: (scopes: string[] | null, response: ServerResponse) => void;
}

const METADATA = "/.well-known/oauth-protected-resource/mcp";

/** An MCP server that takes the tokens of one authorization server. */
export async function startProtectedServer(idp: ScriptedIdp, options: HttpServerOptions = {}): Promise<ProtectedServer> {
  const instead = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.url === METADATA) {
      const described = guard.describe({ resource: server.url, authorization_servers: [idp.origin] });
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(described));
      return true;
    }
    if (request.url?.startsWith("/.well-known/") === true) {
      response.writeHead(404).end();
      return true;
    }
    const scopes = idp.scopesOf(request.headers.authorization);
    if (guard.admits(scopes, request)) return false;
    guard.refuse(scopes, response);
    return true;
  };
  const server = await startHttpServer({ ...options, instead });
  const challenge = () => `Bearer resource_metadata="${new URL(server.url).origin}${METADATA}"`;
  const guard: Pick<ProtectedServer, "describe" | "admits" | "refuse"> = {
    describe: (metadata) => metadata,
    admits: (scopes) => scopes !== null,
    refuse: (_, response) => void response.writeHead(401, { "www-authenticate": challenge() }).end(),
  };
  // One object, so that what a test changes is what the server looks at; getters of the fixture stay alive.
  return Object.defineProperties(guard, Object.getOwnPropertyDescriptors(server)) as ProtectedServer;
}
