/**
 * A stdio MCP server as a program of its own: `node test/servers/stdio-server.ts [mode] [more arguments]`.
 * The modes are those of `stdio-fixture.ts`; without one it behaves.
 */
import { spawn } from "node:child_process";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { fixtureServer } from "./fixture-server.ts";
import { Ledger } from "./ledger.ts";
import type { StdioMode } from "./stdio-fixture.ts";
import { registerTroubles, startedWhenTold } from "./troubles.ts";

const mode = (process.argv[2] ?? "good") as StdioMode;

if (mode === "exits") {
  process.stderr.write("fixture: cannot start, the flux is missing\n");
  process.exit(3);
}
if (mode === "hangs") {
  setInterval(() => {}, 60_000);
} else {
  await startedWhenTold(process.env.START_FILE);
  await serve();
}

async function serve(): Promise<void> {
  if (mode === "stubborn") {
    process.on("SIGTERM", () => process.stderr.write("fixture: SIGTERM? no\n"));
    setInterval(() => {}, 60_000);
  }
  if (mode === "garbage") process.stdout.write("Welcome to the fixture!\n{not json\n\n[]\n");
  // The grandchild outlives its parent unless the whole process group is ended.
  const grandchild =
    mode === "grandchild" ? spawn(process.execPath, ["-e", "setInterval(() => {}, 60_000)"], { stdio: "ignore" }) : null;
  const server = fixtureServer(new Ledger(), "stdio-fixture");
  server.registerTool("environment", { description: "Argv and environment of this process." }, () => ({
    content: [{ type: "text", text: JSON.stringify({ argv: process.argv.slice(2), env: process.env, cwd: process.cwd() }) }],
  }));
  server.registerTool("pids", { description: "Process ids of this process and its child." }, () => ({
    content: [
      { type: "text", text: JSON.stringify({ pid: process.pid, parent: process.ppid, grandchild: grandchild?.pid ?? null }) },
    ],
  }));
  server.registerTool("crash", { inputSchema: { code: z.number().int().default(1) } }, ({ code }) => process.exit(code));
  server.registerTool("complain", { inputSchema: { line: z.string() } }, ({ line }) => {
    process.stderr.write(`${line}\n`);
    return { content: [{ type: "text", text: "written to stderr" }] };
  });
  server.registerTool("print", { inputSchema: { line: z.string() } }, ({ line }) => {
    process.stdout.write(`${line}\n`);
    return { content: [{ type: "text", text: "written to stdout, between the messages" }] };
  });
  registerTroubles(server);
  await server.connect(new StdioServerTransport());
  if (mode !== "stubborn") process.stdin.on("end", () => process.exit(0));
}
