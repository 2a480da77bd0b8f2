import { signalGroup } from "./process-group.ts";

/** One set for the whole process, since there is one exit: whatever way it ends, but for SIGKILL, its programs end too. */
const live = new Set<number>();

/** From now on this group dies with us. Returns what takes that back, for a group that has ended. */
export function endWithUs(groupId: number): () => void {
  if (live.size === 0) process.on("exit", killAll);
  live.add(groupId);
  return () => {
    live.delete(groupId);
    if (live.size === 0) process.off("exit", killAll);
  };
}

function killAll(): void {
  for (const groupId of live) signalGroup(groupId, "SIGKILL");
}
