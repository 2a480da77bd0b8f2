import { readFileSync } from "node:fs";
import { processIds, readStat } from "./process-group.ts";

const LOOK_EVERY_MS = 1_000;

interface Watched {
  readonly groupId: number;
  readonly maxBytes: number;
  readonly onExceeded: (bytes: number) => void;
}

/** One look a second for all, since every look goes through the system's list of processes. */
const watched = new Set<Watched>();
let timer: NodeJS.Timeout | null = null;

/**
 * Tells once when the processes of a group hold more than `maxBytes` of memory together (resident; what they share counts
 * for each). Linux only: elsewhere there is nothing to look at, and nothing is ever told. Returns what ends the watch.
 */
export function watchMemory(groupId: number, maxBytes: number, onExceeded: (bytes: number) => void): () => void {
  if (process.platform !== "linux") return () => {};
  const one: Watched = { groupId, maxBytes, onExceeded };
  watched.add(one);
  timer ??= setInterval(look, LOOK_EVERY_MS).unref();
  return () => forget(one);
}

function forget(one: Watched): void {
  watched.delete(one);
  if (watched.size > 0 || timer === null) return;
  clearInterval(timer);
  timer = null;
}

function look(): void {
  const held = new Map([...watched].map(({ groupId }) => [groupId, 0]));
  for (const pid of processIds()) {
    const group = readStat(pid)?.group;
    const before = group === undefined ? undefined : held.get(group);
    if (group !== undefined && before !== undefined) held.set(group, before + residentBytes(pid));
  }
  for (const one of [...watched]) {
    const bytes = held.get(one.groupId) ?? 0;
    if (bytes <= one.maxBytes) continue;
    forget(one);
    one.onExceeded(bytes);
  }
}

function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}
