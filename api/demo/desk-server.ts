import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { gradientPng, toneWav } from "./tiny-media.ts";

const READ_ONLY = { readOnlyHint: true, openWorldHint: false } as const;
const METRES: Record<string, number> = { m: 1, km: 1000, cm: 0.01, mile: 1609.344, foot: 0.3048, inch: 0.0254 };
const UNITS = ["m", "km", "cm", "mile", "foot", "inch"] as const;

/** The keyless demo server of one client: small things for a desk, each showing one kind of result. */
export function deskServer(): McpServer {
  const server = new McpServer({ name: "demo-desk", title: "Desk demo", version: "1.0.0" });
  server.registerTool(
    "clock",
    {
      title: "Clock",
      description: "The time now, in any time zone.",
      inputSchema: { timeZone: z.string().default("UTC").describe("IANA name, for example Europe/Paris") },
      outputSchema: { iso: z.string(), local: z.string(), timeZone: z.string() },
      annotations: READ_ONLY,
    },
    ({ timeZone }) => {
      const now = new Date();
      const local = localTime(now, timeZone);
      if (local === null) return { content: [{ type: "text", text: `"${timeZone}" is not a time zone.` }], isError: true };
      return { content: [{ type: "text", text: local }], structuredContent: { iso: now.toISOString(), local, timeZone } };
    },
  );
  server.registerTool(
    "convert_length",
    {
      title: "Convert a length",
      description: "From one unit of length to another.",
      inputSchema: { value: z.number(), from: z.enum(UNITS), to: z.enum(UNITS) },
      outputSchema: { value: z.number(), unit: z.enum(UNITS) },
      annotations: { ...READ_ONLY, idempotentHint: true },
    },
    ({ value, from, to }) => {
      const converted = (value * (METRES[from] ?? 1)) / (METRES[to] ?? 1);
      return {
        content: [{ type: "text", text: `${value} ${from} = ${converted} ${to}` }],
        structuredContent: { value: converted, unit: to },
      };
    },
  );
  server.registerTool("picture", { title: "Picture", description: "A small colour gradient.", annotations: READ_ONLY }, () => ({
    content: [{ type: "image", data: gradientPng(96), mimeType: "image/png" }],
  }));
  server.registerTool("chime", { title: "Chime", description: "A short tone that fades out.", annotations: READ_ONLY }, () => ({
    content: [{ type: "audio", data: toneWav(660, 900), mimeType: "audio/wav" }],
  }));
  return server;
}

function localTime(now: Date, timeZone: string): string | null {
  try {
    return now.toLocaleString("en-GB", { timeZone, dateStyle: "full", timeStyle: "long" });
  } catch {
    return null; // RangeError: no such zone
  }
}
