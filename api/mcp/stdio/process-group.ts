import { readdirSync, readFileSync } from "node:fs";

/** Set in every child's environment; descendants inherit it, so they can be found even after `setsid`. */
export const MARKER_VARIABLE = "PATCHBAY_PROCESS";

/** Signals every process of the group. False when none is left, or none is ours to signal. */
export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-groupId, signal);
    return true;
  } catch {
    return false;
  }
}

/** Is anything of the group alive? A zombie that nobody reaped is not. */
export function groupIsAlive(groupId: number): boolean {
  if (!signalGroup(groupId, 0)) return false;
  if (process.platform !== "linux") return true;
  return processIds().some((pid) => {
    const stat = readStat(pid);
    return stat !== null && stat.group === groupId && stat.state !== "Z";
  });
}

/** Kills what left the group but still carries our marker (Linux; elsewhere there is no such list). Returns how many. */
export function sweepMarked(marker: string): number {
  if (process.platform !== "linux") return 0;
  const needle = `${MARKER_VARIABLE}=${marker}`;
  let killed = 0;
  for (const pid of processIds()) {
    if (!environmentOf(pid).includes(needle)) continue;
    try {
      process.kill(pid, "SIGKILL");
      killed += 1;
    } catch {
      // It ended between the look and the signal.
    }
  }
  return killed;
}

export function processIds(): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 1 && pid !== process.pid);
}

interface ProcessStat {
  state: string;
  group: number;
  /** Clock ticks since the machine started: with the id, it names one process for ever. */
  startedAt: string;
}

export function readStat(pid: number): ProcessStat | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in brackets may hold blanks and brackets itself: fields start behind the last one.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", group: Number(fields[2]), startedAt: fields[19] ?? "" };
  } catch {
    return null;
  }
}

export function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
  } catch {
    return [];
  }
}
