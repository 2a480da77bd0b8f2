/**
 * The light MCP server that every target of the bench calls: node:http and no library, so that what is measured is
 * the way there. Streamable HTTP of 2025-06-18 with JSON answers. `/hang` takes calls and never answers them, `/short`
 * has one tool instead of twenty.
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { report } from "./child.ts";

const TOOLS = Array.from({ length: 20 }, (_, index) => ({
  name: index === 0 ? "echo" : `tool_${index}`,
  title: `Tool ${index}`,
  description: "Answers with what it was given, so that nothing but the way there and back costs anything.",
  inputSchema: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
}));

interface Asked {
  id?: number | string;
  method?: string;
  params?: { arguments?: { text?: string }; protocolVersion?: string };
}

function answerTo({ method, params }: Asked, path: string): object | null {
  switch (method) {
    case "initialize":
      return {
        protocolVersion: params?.protocolVersion ?? "2025-06-18",
        capabilities: { tools: { listChanged: true } },
        serverInfo: { name: "light", version: "1" },
      };
    case "tools/list":
      return { tools: path === "/short" ? TOOLS.slice(0, 1) : TOOLS };
    case "tools/call":
      return { content: [{ type: "text", text: params?.arguments?.text ?? "" }] };
    case "ping":
      return {};
    default:
      return null;
  }
}

function answer(request: IncomingMessage, response: ServerResponse, text: string): void {
  const asked = JSON.parse(text) as Asked;
  if (asked.id === undefined) return void response.writeHead(202).end();
  if (request.url === "/hang" && asked.method === "tools/call") return;
  const result = answerTo(asked, request.url ?? "/");
  const body = JSON.stringify(
    result === null
      ? { jsonrpc: "2.0", id: asked.id, error: { code: -32601, message: "Method not found" } }
      : { jsonrpc: "2.0", id: asked.id, result },
  );
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...(asked.method === "initialize" ? { "mcp-session-id": randomUUID() } : {}),
  });
  response.end(body);
}

let sockets = 0;
const server = createServer((request, response) => {
  if (request.url === "/sockets") return void response.end(String(sockets));
  if (request.method === "DELETE") return void response.writeHead(200).end();
  // A stream of notifications, as most servers offer: it stays open and says nothing.
  if (request.method === "GET") {
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    return;
  }
  if (request.method !== "POST") return void response.writeHead(405).end();
  let text = "";
  request.setEncoding("utf8");
  request.on("data", (chunk: string) => {
    text += chunk;
  });
  request.on("end", () => answer(request, response, text));
});
server.keepAliveTimeout = 60_000;
server.on("connection", (socket) => {
  sockets += 1;
  socket.on("close", () => {
    sockets -= 1;
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address !== "string") report({ url: `http://127.0.0.1:${address.port}` });
});
