import { closeSync, existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const done = { content: [{ type: "text" as const, text: "done" }] };
const hoard: Buffer[] = [];

/** Waits until this file is there; without a name it waits for nothing. */
export async function startedWhenTold(file: string | undefined): Promise<void> {
  while (file !== undefined && !existsSync(file)) await sleep(20);
}

/** Everything a program can do to whoever started it. */
export function registerTroubles(server: McpServer): void {
  server.registerTool("babble", { description: "Writes rubbish between the messages, and ends no line." }, async () => {
    process.stdout.write("Fetching…\nnot json {\n{half\n[1, 2\n\n");
    process.stdout.write(Buffer.from([0, 255, 254, 128, 10, 13, 10, 27, 91, 51, 49, 109, 10]));
    await sleep(50);
    process.stdout.write('progress: {"50%"} ');
    return done;
  });
  server.registerTool(
    "scream",
    { description: "Floods stderr.", inputSchema: { bytes: z.number(), line: z.string().default("x".repeat(99)) } },
    async ({ bytes, line }) => {
      const block = Buffer.from(`${line}\n`.repeat(Math.ceil(65_536 / (line.length + 1))));
      for (let written = 0; written < bytes; written += block.length)
        if (!process.stderr.write(block)) await new Promise((resolve) => process.stderr.once("drain", resolve));
      return done;
    },
  );
  server.registerTool("freeze", { description: "Stands still." }, () => {
    setTimeout(() => process.kill(process.pid, "SIGSTOP"), 20);
    return done;
  });
  server.registerTool("hoard", { inputSchema: { mb: z.number() } }, ({ mb }) => {
    hoard.push(Buffer.alloc(mb * 1024 * 1024, 1));
    return done;
  });
  server.registerTool("spin", { description: "Works without a pause.", inputSchema: { ms: z.number() } }, ({ ms }) => {
    for (const endsAt = Date.now() + ms; Date.now() < endsAt; );
    return done;
  });
  server.registerTool("leave", { description: "Ends in peace a little later.", inputSchema: { ms: z.number() } }, ({ ms }) => {
    setTimeout(() => process.exit(0), ms);
    return done;
  });
  server.registerTool(
    "hang_up",
    { description: "Closes one of its pipes and lives on.", inputSchema: { pipe: z.enum(["stdin", "stdout"]) } },
    ({ pipe }) => {
      setInterval(() => {}, 60_000);
      process[pipe].destroy();
      closeSync(pipe === "stdin" ? 0 : 1);
      return pipe === "stdin" ? done : new Promise<never>(() => {});
    },
  );
}
