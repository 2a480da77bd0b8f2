import { inFlight } from "../mcp/in-flight.ts";
import type { Clock } from "../ports/clock.ts";

const MAX_WAITING = 200;

/**
 * News of one kind by its key, each key at most once a pause: a server that cannot stop saying that something changed
 * costs every browser one look a pause. Beyond `MAX_WAITING` keys the newest are left out.
 */
export function toldOnce(clock: Clock, pauseMs: number, tell: (key: string) => void): (key: string) => void {
  const waiting = inFlight<string, true>();
  return (key) => {
    if (waiting.has(key) || waiting.size >= MAX_WAITING) return;
    waiting.set(key, true);
    if (waiting.size > 1) return;
    clock.setTimer(pauseMs, () => {
      const due = waiting.keys();
      waiting.clear();
      for (const each of due) tell(each);
    });
  };
}
