import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The protocol's own example server, as an entry of `mcpServers`. */
export function everything(more: object = {}): object {
  const manifest = createRequire(import.meta.url).resolve("@modelcontextprotocol/server-everything/package.json");
  return { type: "stdio", command: process.execPath, args: [join(dirname(manifest), "dist/index.js"), "stdio"], ...more };
}
