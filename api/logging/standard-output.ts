import { writeSync } from "node:fs";
import type { DestinationStream } from "pino";

const BUFFER_CHARS = 8 * 1024;
/** What a kill loses at most, and how late a line may be. */
const FLUSH_EVERY_MS = 50;
/** What waits for a reader that has stopped; more is left out and counted. */
const MAX_WAITING_CHARS = 1024 * 1024;
/** How long the end waits for a reader that takes nothing, and how often it looks. */
const MAX_STILL_MS = 500;
const LOOK_EVERY_MS = 5;
const STDOUT = 1;

/**
 * Lines to stdout, several at a time: a write for each would be a twentieth of the work of a busy process. A reader that
 * stops reading holds up nobody: lines wait for it, and those beyond the bound are told as a number when it reads again.
 */
export function standardOutput(): DestinationStream {
  // Opens it for itself, and from then on a pipe that is full says so instead of holding the process.
  void process.stdout;
  let lines = "";
  /** What a write has not taken yet. */
  let rest = Buffer.alloc(0);
  let unlooked = 0;
  let lost = 0;

  /** Gives what it takes at once; false when something is left over, whatever is in the way: a full pipe, a full disk. */
  const pour = (): boolean => {
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(STDOUT, rest));
      return true;
    } catch (error) {
      // Nobody will ever read it.
      if ((error as NodeJS.ErrnoException).code === "EPIPE") rest = Buffer.alloc(0);
      return rest.length === 0;
    }
  };
  const flush = (): boolean => {
    unlooked = 0;
    if (!pour()) return false;
    if (lost > 0) lines += lostLine(lost);
    lost = 0;
    rest = Buffer.from(lines);
    lines = "";
    return pour();
  };
  const flushAll = () => {
    let waitedMs = 0;
    let before = -1;
    while (!flush() && waitedMs < MAX_STILL_MS) {
      waitedMs = rest.length === before ? waitedMs + LOOK_EVERY_MS : 0;
      before = rest.length;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS);
    }
  };
  setInterval(flush, FLUSH_EVERY_MS).unref();
  process.on("exit", flushAll);
  return {
    write(line) {
      if (lines.length < MAX_WAITING_CHARS) lines += line;
      else lost += 1;
      unlooked += line.length;
      if (unlooked >= BUFFER_CHARS) flush();
    },
  };
}

function lostLine(lines: number): string {
  const message = "lines of this log were left out: whoever reads it had stopped";
  return `${JSON.stringify({ level: 40, time: Date.now(), lines, msg: message })}\n`;
}
