import { setTimeout as sleep } from "node:timers/promises";
import { inputRequired, McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";

/** A server of the SDK's second generation: speaks 2026-07-28, and the handshake where its entry allows it. */
export function modernServer(): McpServer {
  const server = new McpServer(
    { name: "modern-fixture", version: "1.0.0" },
    { capabilities: { tools: { listChanged: true }, resources: { subscribe: true, listChanged: true }, logging: {} } },
  );
  server.registerTool(
    "echo",
    { description: "Says it again.", inputSchema: z.object({ message: z.string() }) },
    ({ message }) => ({
      content: [{ type: "text", text: `Echo: ${message}` }],
    }),
  );
  server.registerTool("slow", { description: "Takes its time.", inputSchema: z.object({ ms: z.number() }) }, async ({ ms }) => {
    await sleep(ms);
    return { content: [{ type: "text", text: "Slow, but done." }] };
  });
  server.registerTool("confirm", { description: "Asks the person first." }, (context) => {
    const said = context.mcpReq.inputResponses?.sure as { action: string; content?: unknown } | undefined;
    if (said === undefined) {
      const requestedSchema = { type: "object" as const, properties: { sure: { type: "boolean" as const } }, required: ["sure"] };
      return inputRequired({ inputRequests: { sure: inputRequired.elicit({ message: "Really?", requestedSchema }) } });
    }
    return { content: [{ type: "text", text: JSON.stringify(said) }] };
  });
  server.registerResource("note", "note://1", { mimeType: "text/plain" }, () => ({
    contents: [{ uri: "note://1", text: "A note." }],
  }));
  return server;
}
