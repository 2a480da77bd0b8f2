import { fileURLToPath } from "node:url";

/**
 * good: behaves · grandchild: starts a child of its own · stubborn: ignores SIGTERM and the end of its input ·
 * hangs: starts and never speaks · exits: leaves at once with code 3 and a line on stderr · garbage: writes lines that are not JSON-RPC
 */
export type StdioMode = "good" | "grandchild" | "stubborn" | "hangs" | "exits" | "garbage";

export interface StdioCommand {
  command: string;
  args: string[];
}

/** What to write into a config to run the stdio fixture in this mode. */
export function stdioFixture(mode: StdioMode = "good", args: readonly string[] = []): StdioCommand {
  const script = fileURLToPath(new URL("./stdio-server.ts", import.meta.url));
  return { command: process.execPath, args: [script, mode, ...args] };
}
