import { diffConfigs, removesMost } from "../diff.ts";
import { type LoadResult, loadConfig } from "../load-config.ts";
import { readConfigFile } from "../source/read-config-file.ts";
import type { CommandIo } from "./io.ts";

/** `diff OLD NEW`: what saving NEW over OLD would do to each server. Exit code 1 when one cannot be read at all. */
export async function diff(
  [oldFile = "", newFile = ""]: readonly string[],
  { json = false }: { json?: boolean },
  io: CommandIo,
): Promise<number> {
  const before = await load(oldFile, io);
  const after = await load(newFile, io);
  if (before === null || after === null) return 1;
  const { config, brokenServers } = after;
  // As a reload does: an entry that is broken now stays as it was.
  const kept = brokenServers.filter((name) => before.config.servers.has(name));
  const servers = new Map([...config.servers, ...[...before.config.servers].filter(([name]) => kept.includes(name))]);
  const changes = diffConfigs(before.config, { ...config, servers });
  const { added, removed, moved, relabelled, unchanged, settingsChanged } = changes;
  const needsConfirmation = removesMost(before.config, changes);
  if (json) {
    io.print(JSON.stringify({ ...changes, kept, broken: brokenServers, needsConfirmation }, null, 2));
    return 0;
  }
  const isKept = new Set(kept);
  const lines: [string, readonly string[], string][] = [
    ["+", added, "is new"],
    ["-", removed, "goes; its connections are drained and closed"],
    ["~", moved, "changes; its connections are replaced, new before old"],
    ["=", relabelled, "is shown or offered differently; no connection is touched"],
    ["!", brokenServers, "has errors"],
  ];
  for (const [mark, names, what] of lines) {
    for (const name of names) {
      const why = names === brokenServers ? errorOf(after, name) : "";
      io.print(`${mark} ${name} ${what}${isKept.has(name) ? "; it stays as it was" : ""}${why}`);
    }
  }
  if (settingsChanged) io.print("~ settings outside of mcpServers change");
  io.print(`${unchanged.filter((name) => !isKept.has(name)).length} unchanged`);
  if (needsConfirmation) io.print("Most servers would go: an admin has to confirm this.");
  return 0;
}

function errorOf({ problems }: LoadResult, name: string): string {
  const error = problems.find(({ server, severity }) => server === name && severity === "error");
  return error === undefined ? "" : ` (line ${error.line}: ${error.message})`;
}

async function load(file: string, io: CommandIo): Promise<LoadResult | null> {
  const read = await readConfigFile(file);
  const result = read.ok ? loadConfig(read.bytes, file, io.env) : null;
  if (result?.isUsable === true) return result;
  const [problem] = read.ok ? (result?.problems.filter(({ severity }) => severity === "error") ?? []) : [read.problem];
  io.print(`${file}:${problem?.line ?? 1}: ${problem?.message ?? "cannot be read"}`);
  return null;
}
