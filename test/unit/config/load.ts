import { type LoadResult, loadConfig } from "../../../config/load-config.ts";
import type { Problem } from "../../../config/problem.ts";
import type { ServerConfig } from "../../../config/types.ts";

/** Loads the servers part of a file; the rest is there and right. Line 1 is `version`, line 2 `mcpServers`. */
export function loadServers(servers: string, env: Record<string, string> = {}): LoadResult {
  const indented = servers.replace(/^/gm, "  ");
  return loadConfig(`version: "1.3.17"\nmcpServers:\n${indented}\n`, "test.yaml", env);
}

/** The one server called `x`; fails the test when it is not there. */
export function serverX(body: string, env: Record<string, string> = {}, head = ""): ServerConfig {
  const result = loadConfig(`version: "1"\n${head}\nmcpServers:\n  x:\n${body.replace(/^/gm, "    ")}\n`, "test.yaml", env);
  const server = result.config.servers.get("x");
  if (server === undefined) throw new Error(`x was left out: ${JSON.stringify(result.problems)}`);
  return server;
}

export function short({ severity, code, line, path }: Problem): string {
  return `${severity} ${code} ${line} ${path}`;
}
