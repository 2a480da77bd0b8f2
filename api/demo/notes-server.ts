import { setTimeout as sleep } from "node:timers/promises";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { maskedKey } from "./demo-key.ts";
import type { NoteBook } from "./note-book.ts";

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;
const text = (value: string) => ({ content: [{ type: "text" as const, text: value }] });
const failed = (value: string) => ({ ...text(value), isError: true });

/** The keyed demo server of one session: everything it shows belongs to `key`. */
export function notesServer(key: string, notes: NoteBook): McpServer {
  const server = new McpServer(
    { name: "demo-notes", title: "Notes demo", version: "1.0.0" },
    { instructions: "Keeps short notes for the person whose key is sent. `whoami` tells who that is." },
  );
  registerWhoami(server, key);
  registerNotes(server, key, notes);
  registerCountdown(server);
  return server;
}

function registerWhoami(server: McpServer, key: string): void {
  server.registerTool(
    "whoami",
    {
      title: "Who am I?",
      description: "Shows who this server thinks you are: your key, masked, and what the platform told it about you.",
      outputSchema: {
        key: z.string(),
        email: z.string().nullable(),
        userId: z.string().nullable(),
        displayName: z.string().nullable(),
      },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    (extra: Extra) => {
      const sent = (name: string) => {
        const value = extra.requestInfo?.headers[name];
        return typeof value === "string" ? value : null;
      };
      const me = {
        key: maskedKey(key),
        email: sent("x-user-email"),
        userId: sent("x-user-id"),
        displayName: sent("x-display-name"),
      };
      const name = me.displayName ?? me.email ?? "somebody";
      return { ...text(`You are ${name}, with the key ${me.key}.`), structuredContent: me };
    },
  );
}

function registerNotes(server: McpServer, key: string, notes: NoteBook): void {
  const note = z.object({ id: z.number().int(), text: z.string(), writtenAt: z.string() });
  server.registerTool(
    "list_notes",
    {
      title: "List notes",
      description: "Your notes, oldest first. Somebody with another key sees other notes.",
      outputSchema: { count: z.number().int(), notes: z.array(note) },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    () => {
      const mine = notes.list(key);
      const lines = mine.map(({ id, text: line }) => `${id}. ${line}`);
      return { ...text(lines.join("\n") || "No notes yet."), structuredContent: { count: mine.length, notes: [...mine] } };
    },
  );
  server.registerTool(
    "add_note",
    {
      title: "Add a note",
      description: "Writes a note that only your key can read.",
      inputSchema: { text: z.string().min(1).max(500).describe("What to remember") },
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    },
    ({ text: line }) => {
      const added = notes.add(key, line);
      return added ? text(`Note ${added.id} is written.`) : failed("There is no room left; delete a note first.");
    },
  );
  server.registerTool(
    "delete_note",
    {
      title: "Delete a note",
      description: "Deletes one of your notes for good.",
      inputSchema: { id: z.number().int().min(1).describe("The note's number, from the list") },
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    },
    ({ id }) => (notes.delete(key, id) ? text(`Note ${id} is gone.`) : failed(`You have no note ${id}.`)),
  );
}

function registerCountdown(server: McpServer): void {
  server.registerTool(
    "countdown",
    {
      title: "Countdown",
      description: "Counts down aloud, a step at a time; cancel it whenever you like.",
      inputSchema: {
        from: z.number().int().min(1).max(100).default(5).describe("Where to start"),
        stepMs: z.number().int().min(10).max(5000).default(1000).describe("Milliseconds a step"),
      },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async ({ from, stepMs }, extra: Extra) => {
      for (let left = from; left > 0; left -= 1) {
        await report(extra, from - left, from, `${left} …`);
        await sleep(stepMs, undefined, { signal: extra.signal });
      }
      await report(extra, from, from, "Done");
      return text(`Counted down from ${from}.`);
    },
  );
}

/** Progress is sent only to callers who asked for it by a token. */
async function report(extra: Extra, progress: number, total: number, message: string): Promise<void> {
  const progressToken = extra._meta?.progressToken;
  if (progressToken === undefined) return;
  await extra.sendNotification({ method: "notifications/progress", params: { progressToken, progress, total, message } });
}
