import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { ResolvedTarget } from "../../config/templates/resolved.ts";
import type { ServerConfig } from "../../config/types.ts";
import { HOUSE_VARIABLE } from "../mcp/stdio/left-behind.ts";

/**
 * Gives a program a home folder of its own instead of the service account's, with its keys and settings.
 * What the operator's `env` says goes before it. It stays, and npm's cache in it: `npx` downloads once.
 */
export function withScratchHome(dataFolder: string) {
  const mark = houseMark(dataFolder);
  return (server: ServerConfig, target: ResolvedTarget): ResolvedTarget => {
    if (target.kind !== "stdio") return target;
    // Another user has a home of its own, and no way into our folders.
    if (target.runAs != null) return { ...target, env: { ...target.env, [HOUSE_VARIABLE]: mark } };
    const home = resolve(dataFolder, "homes", nameOf(server.name));
    mkdirSync(home, { recursive: true, mode: 0o700 });
    return { ...target, env: { HOME: home, ...target.env, [HOUSE_VARIABLE]: mark } };
  };
}

/** Names the house that a program belongs to: that of this data folder. */
export function houseMark(dataFolder: string): string {
  return createHash("sha256").update(resolve(dataFolder)).digest("hex").slice(0, 32);
}

/** A folder's name that no server's name can turn into a path. */
function nameOf(server: string): string {
  const readable = server.replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, 40);
  return `${readable}-${createHash("sha256").update(server).digest("hex").slice(0, 8)}`;
}
