import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Heard } from "./exchange.ts";
import type { NamedFaults } from "./named-faults.ts";

export interface RawStdio {
  /** What to write into a config. */
  readonly entry: { command: string; args: string[] };
  /** Takes effect at the next message, also in a program that runs. */
  set(faults: NamedFaults): void;
  heard(): Heard[];
  close(): Promise<void>;
}

/** A raw server that is a program, with the folder it reads its faults from. */
export function rawStdio(faults: NamedFaults = {}): RawStdio {
  const folder = mkdtempSync(join(tmpdir(), "patchbay-raw-"));
  const heardPath = join(folder, "heard.jsonl");
  const set = (wanted: NamedFaults) => writeFileSync(join(folder, "faults.json"), JSON.stringify(wanted));
  set(faults);
  return {
    entry: { command: process.execPath, args: [fileURLToPath(new URL("./raw-stdio-server.ts", import.meta.url)), folder] },
    set,
    heard: () =>
      (existsSync(heardPath) ? readFileSync(heardPath, "utf8") : "")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Heard),
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}
