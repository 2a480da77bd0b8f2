import { environmentOf, MARKER_VARIABLE, processIds, readStat } from "./process-group.ts";

/** Set beside the marker: which house, by its data folder, a program belongs to. */
export const HOUSE_VARIABLE = "PATCHBAY_HOUSE";

/** Names this run of the process; what it starts carries it in front of its marker. */
export function ownRun(): string {
  return `${process.pid}.${readStat(process.pid)?.startedAt ?? "0"}`;
}

/**
 * Kills the programs of this house whose process is gone: most end by themselves when their input ends, and these did
 * not. Linux only, and only those that kept their environment. Returns how many.
 */
export function sweepLeftBehind(house: string): number {
  if (process.platform !== "linux") return 0;
  let killed = 0;
  for (const pid of processIds()) {
    const environment = environmentOf(pid);
    if (!environment.includes(`${HOUSE_VARIABLE}=${house}`)) continue;
    const marker = environment.find((entry) => entry.startsWith(`${MARKER_VARIABLE}=`))?.slice(MARKER_VARIABLE.length + 1);
    if (marker === undefined || isOwnerAlive(marker)) continue;
    try {
      process.kill(pid, "SIGKILL");
      killed += 1;
    } catch {
      // It ended between the look and the signal.
    }
  }
  return killed;
}

/** A second process over the same data folder keeps its programs. */
function isOwnerAlive(marker: string): boolean {
  const [pid = "", startedAt = ""] = marker.split(".");
  const stat = readStat(Number(pid));
  return stat !== null && stat.state !== "Z" && stat.startedAt === startedAt;
}
