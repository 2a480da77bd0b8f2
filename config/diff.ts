import { isDeepStrictEqual } from "node:util";
import type { PlatformConfig } from "./types.ts";

/** What a reload does, server by server. Every name is in exactly one list, in the order of its file. */
export interface ConfigDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Something a connection depends on changed: live connections are replaced. */
  readonly moved: readonly string[];
  /** Only what people see or may do changed: no connection is touched. */
  readonly relabelled: readonly string[];
  readonly unchanged: readonly string[];
  /** `mcpSettings`, `interface` or the model providers changed. */
  readonly settingsChanged: boolean;
}

export function diffConfigs(before: PlatformConfig, after: PlatformConfig): ConfigDiff {
  const diff = { added: [] as string[], moved: [] as string[], relabelled: [] as string[], unchanged: [] as string[] };
  for (const [name, server] of after.servers) {
    const old = before.servers.get(name);
    if (old === undefined) diff.added.push(name);
    else if (old.connectionDigest !== server.connectionDigest) diff.moved.push(name);
    else if (old.displayDigest !== server.displayDigest) diff.relabelled.push(name);
    else diff.unchanged.push(name);
  }
  const removed = [...before.servers.keys()].filter((name) => !after.servers.has(name));
  return { ...diff, removed, settingsChanged: !isDeepStrictEqual(restOf(before), restOf(after)) };
}

export function isEmptyDiff({ added, removed, moved, relabelled, settingsChanged }: ConfigDiff): boolean {
  return added.length + removed.length + moved.length + relabelled.length === 0 && !settingsChanged;
}

/** A change that takes more than half of the servers away looks like half a file. One of one is an ordinary edit. */
export function removesMost(before: PlatformConfig, { removed }: ConfigDiff): boolean {
  return before.servers.size > 1 && removed.length > before.servers.size / 2;
}

function restOf({ settings, interface: page, customEndpoints, chatLimits }: PlatformConfig): unknown {
  return { settings, page, customEndpoints, chatLimits };
}
