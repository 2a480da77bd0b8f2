import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import type { NoteBook } from "./note-book.ts";
import { type Person, READ, WRITE } from "./people.ts";

const text = (value: string) => ({ content: [{ type: "text" as const, text: value }] });

/** What a token must allow before a tool runs; tools that are not named here run with any. */
export const SCOPE_OF_TOOL: Readonly<Record<string, string>> = { read_diary: READ, write_entry: WRITE };

/** The demo server behind a sign-in, for one person. */
export function diaryServer(person: Person, diaries: NoteBook): McpServer {
  const server = new McpServer({ name: "demo-diary", title: "Diary demo", version: "1.0.0" });
  server.registerTool(
    "whoami",
    {
      title: "Who am I?",
      description: "Who you signed in as.",
      outputSchema: { name: z.string(), email: z.string() },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    () => ({
      ...text(`You are ${person.name}.`),
      structuredContent: { name: person.name, email: person.email },
    }),
  );
  server.registerTool(
    "read_diary",
    {
      title: "Read the diary",
      description: "Your diary, oldest entry first. Nobody else sees it.",
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    () =>
      text(
        diaries
          .list(person.id)
          .map((entry) => `${entry.writtenAt}: ${entry.text}`)
          .join("\n") || "Nothing is written yet.",
      ),
  );
  server.registerTool(
    "write_entry",
    {
      title: "Write an entry",
      description: "Adds to your diary. The first time, this asks you to allow writing.",
      inputSchema: { text: z.string().min(1).max(500).describe("What happened today") },
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    },
    ({ text: entry }) => text(diaries.add(person.id, entry) ? "It is written." : "The diary is full."),
  );
  return server;
}
