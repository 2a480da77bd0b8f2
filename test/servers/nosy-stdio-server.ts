/**
 * A stdio MCP server of one file, without a package: it can be copied to where another user may run it. Its tool `read` opens
 * any file and says what came of it, `who` says as whom it runs.
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const TOOLS = ["read", "who"].map((name) => ({ name, inputSchema: { type: "object" } }));

function read(path: string): string {
  try {
    return `read ${readFileSync(path).length} bytes`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "failed";
  }
}

function answer(method: string, params: { name?: string; protocolVersion?: string; arguments?: { path?: string } }): object {
  if (method === "initialize")
    return {
      protocolVersion: params.protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: "nosy", version: "1.0.0" },
    };
  if (method === "tools/list") return { tools: TOOLS };
  if (method !== "tools/call") return {};
  const { getuid, getgid, getgroups } = process;
  const who = { uid: getuid?.(), gid: getgid?.(), groups: getgroups?.(), ppid: process.ppid, env: process.env };
  const text =
    params.name === "who" ? JSON.stringify(who) : read((params.arguments?.path ?? "").replace("PPID", String(process.ppid)));
  return { content: [{ type: "text", text }] };
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id !== undefined) process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result: answer(method, params ?? {}) })}\n`);
});
process.stdin.on("end", () => process.exit(0));
