/**
 * The floor: the least a gateway can do. node:http in front, one raw MCP session over one undici pool behind, no
 * authentication, no checks, no journal, no figures.
 */
import { createServer } from "node:http";
import { Pool } from "undici";
import { report } from "./child.ts";

const upstream = process.argv[2] ?? "";
const pool = new Pool(upstream, { connections: 64 });
const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };

const begun = await pool.request({
  path: "/",
  method: "POST",
  headers,
  body: JSON.stringify({
    jsonrpc: "2.0",
    id: 0,
    method: "initialize",
    params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "relay", version: "1" } },
  }),
});
await begun.body.text();
const session = { ...headers, "mcp-session-id": String(begun.headers["mcp-session-id"]), "mcp-protocol-version": "2025-06-18" };
let id = 0;

const server = createServer(async (request, response) => {
  let text = "";
  request.setEncoding("utf8");
  for await (const chunk of request) text += chunk;
  const asked = JSON.parse(text) as { arguments: unknown };
  id += 1;
  const params = { name: "echo", arguments: asked.arguments };
  const answered = await pool.request({
    path: "/",
    method: "POST",
    headers: session,
    body: JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params }),
  });
  const { result } = (await answered.body.json()) as { result: unknown };
  const body = JSON.stringify(result);
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address !== "string") report({ url: `http://127.0.0.1:${address.port}` });
});
