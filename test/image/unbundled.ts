import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A server of one file, in the JavaScript that packages hold; its tool tells where npm keeps what it fetched. */
const SERVER = `#!/usr/bin/env node
const { createInterface } = require("node:readline");
createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const tools = [{ name: "where", inputSchema: { type: "object" } }];
  const introduction = { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "u", version: "1" } };
  const answers = { initialize: introduction, "tools/list": { tools }, "tools/call": { content: [{ type: "text", text: __filename }] } };
  process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result: answers[method] ?? {} }) + "\\n");
});
`;

/**
 * A configuration with a package that the image does not hold, as a file to fetch it from: npx does with it what it does
 * with one of the registry, and needs no network. Returns the path of the configuration.
 */
export function unbundledPackage(folder: string): string {
  mkdirSync(join(folder, "package"), { recursive: true });
  const manifest = { name: "unbundled", version: "1.0.0", bin: { unbundled: "server.cjs" } };
  writeFileSync(join(folder, "package", "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "package", "server.cjs"), SERVER, { mode: 0o755 });
  const archive = join(folder, "unbundled-1.0.0.tgz");
  execFileSync("tar", ["-czf", archive, "-C", folder, "package"]);
  const env = { npm_config_offline: "true", npm_config_update_notifier: "false" };
  const server = { command: "npx", args: ["-y", `file:${archive}`], env, startup: false };
  const path = join(folder, "librechat.yaml");
  // JSON is YAML.
  writeFileSync(path, JSON.stringify({ version: "1.3.17", mcpServers: { unbundled: server } }));
  return path;
}
