import { randomUUID } from "node:crypto";

const MAX_COUNT = 0xfff;

/**
 * Makes UUIDs of version 7 (RFC 9562, 5.7): 48 bits of time in milliseconds, a counter of 12, the rest by chance. They
 * sort by when they were made, also within one millisecond, so a database puts them at the end instead of anywhere.
 */
export function timeOrderedIds(now: () => number): () => string {
  let ms = 0;
  let count = 0;
  let written = -1;
  let time = "";
  return () => {
    const current = now();
    // A clock that steps back, or more than the counter holds: the last moment is stretched.
    if (current > ms) [ms, count] = [current, 0];
    else if (count < MAX_COUNT) count += 1;
    else [ms, count] = [ms + 1, 0];
    if (ms !== written) [written, time] = [ms, ms.toString(16).padStart(12, "0")];
    return `${time.slice(0, 8)}-${time.slice(8)}-7${count.toString(16).padStart(3, "0")}${randomUUID().slice(18)}`;
  };
}
