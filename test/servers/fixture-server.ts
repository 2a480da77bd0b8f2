import { setTimeout as sleep } from "node:timers/promises";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  type CallToolResult,
  ElicitResultSchema,
  type ServerNotification,
  type ServerRequest,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { gradientPng, toneWav } from "../../api/demo/tiny-media.ts";
import type { Ledger } from "./ledger.ts";

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;
const text = (value: string) => ({ type: "text" as const, text: value });

/** A real MCP server (SDK v1) with one tool for every kind of answer; `ledger` learns what ran. */
export function fixtureServer(ledger: Ledger, name = "fixture"): McpServer {
  const server = new McpServer({ name, title: "Fixture", version: "1.0.0" }, { instructions: "For tests." });
  registerPlain(server, ledger);
  registerSlow(server, ledger);
  registerContent(server);
  registerAsking(server);
  return server;
}

function registerPlain(server: McpServer, ledger: Ledger): void {
  server.registerTool(
    "echo",
    { title: "Echo", description: "Says it again.", inputSchema: { message: z.string() }, annotations: { readOnlyHint: true } },
    ({ message }) => {
      ledger.begin("echo", { message }).outcome = "done";
      return { content: [text(`Echo: ${message}`)] };
    },
  );
  server.registerTool(
    "whoami",
    { description: "The headers this request came with.", annotations: { readOnlyHint: true } },
    (extra) => ({
      content: [text(JSON.stringify(extra.requestInfo?.headers ?? {}))],
    }),
  );
  server.registerTool(
    "wipe",
    { description: "Pretends to destroy something.", annotations: { destructiveHint: true, readOnlyHint: false } },
    () => {
      ledger.begin("wipe", {}).outcome = "done";
      return { content: [text("Gone.")] };
    },
  );
  server.registerTool("fail", { description: "Answers with isError." }, () => ({
    content: [text("The tool itself refused.")],
    isError: true,
  }));
}

function registerSlow(server: McpServer, ledger: Ledger): void {
  const inputSchema = { ms: z.number().int().min(0), steps: z.number().int().min(1).default(4) };
  server.registerTool(
    "slow",
    { description: "Takes its time, with progress.", inputSchema },
    async ({ ms, steps }, extra: Extra) => {
      const entry = ledger.begin("slow", { ms, steps });
      extra.signal.addEventListener("abort", () => {
        entry.outcome = "cancelled";
      });
      const progressToken = extra._meta?.progressToken;
      for (let step = 0; step < steps; step += 1) {
        await sleep(ms / steps, undefined, { signal: extra.signal });
        if (progressToken === undefined) continue;
        const params = { progressToken, progress: step + 1, total: steps, message: `step ${step + 1}` };
        await extra.sendNotification({ method: "notifications/progress", params });
      }
      entry.outcome = "done";
      return { content: [text("Slow, but done.")] };
    },
  );
}

function registerContent(server: McpServer): void {
  server.registerTool("big", { inputSchema: { bytes: z.number().int().min(1) } }, ({ bytes }) => ({
    content: [text("x".repeat(bytes))],
  }));
  server.registerTool(
    "structured",
    { inputSchema: { city: z.string() }, outputSchema: { city: z.string(), celsius: z.number() } },
    ({ city }) => ({ content: [text(`18 degrees in ${city}`)], structuredContent: { city, celsius: 18 } }),
  );
  const content: Record<string, CallToolResult["content"][number]> = {
    image: { type: "image", data: gradientPng(8), mimeType: "image/png" },
    audio: { type: "audio", data: toneWav(440, 50), mimeType: "audio/wav" },
    resource_link: { type: "resource_link", uri: "https://example.org/report.pdf", name: "report", mimeType: "application/pdf" },
    embedded: { type: "resource", resource: { uri: "memo://1", mimeType: "text/plain", text: "An embedded memo." } },
  };
  for (const [name, block] of Object.entries(content)) {
    server.registerTool(name, { description: `Answers with one ${block.type} block.` }, () => ({ content: [block] }));
  }
}

function registerAsking(server: McpServer): void {
  server.registerTool("ask", { description: "Asks the person for a colour." }, async (extra: Extra) => {
    const params = {
      message: "Which colour?",
      requestedSchema: { type: "object" as const, properties: { colour: { type: "string" as const, default: "blue" } } },
    };
    const request = { method: "elicitation/create" as const, params };
    const said = await extra.sendRequest(request, ElicitResultSchema, { timeout: 60_000 });
    return { content: [text(JSON.stringify(said))] };
  });
}
