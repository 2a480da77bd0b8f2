import { StringDecoder } from "node:string_decoder";
import type { Clock } from "../ports/clock.ts";

const MAX_BYTES_PER_MINUTE = 64 * 1024;
const MAX_PENDING_CHARS = 8 * 1024;
const GATHER_MS = 500;
/** What a line of our log has beside the text. */
const LINE_OVERHEAD_BYTES = 300;

/** `unsaidBytes`: what went by unwritten since the last line. */
export type WriteStderr = (text: string, unsaidBytes: number) => void;

/**
 * Programs' stderr on its way to our log: whole lines, gathered, and of each server no more than 64 KB a minute with
 * everything around it. The rest is counted and goes by; the program is never made to wait.
 */
export function stderrLogs({ clock }: { clock: Clock }) {
  const minutes = new Map<string, { at: number; left: number }>();

  const minuteOf = (server: string) => {
    const now = clock.steady();
    const known = minutes.get(server);
    if (known !== undefined && now - known.at < 60_000) return known;
    const fresh = { at: now, left: MAX_BYTES_PER_MINUTE };
    minutes.set(server, fresh);
    return fresh;
  };

  return (server: string, write: WriteStderr): ((chunk: Buffer) => void) => {
    const decoder = new StringDecoder("utf8");
    let pending = "";
    let unsaidBytes = 0;
    let isWaiting = false;
    const flush = () => {
      isWaiting = false;
      // The last line may still be growing, unless there is no room for it to grow.
      const end = pending.length >= MAX_PENDING_CHARS ? pending.length : pending.lastIndexOf("\n") + 1;
      const text = pending.slice(0, end).trimEnd();
      pending = pending.slice(end);
      if (text === "") return;
      const minute = minuteOf(server);
      const costs = Buffer.byteLength(JSON.stringify(text)) + LINE_OVERHEAD_BYTES;
      if (costs > minute.left) {
        unsaidBytes += Buffer.byteLength(text);
        return;
      }
      minute.left -= costs;
      write(text, unsaidBytes);
      unsaidBytes = 0;
    };
    return (chunk) => {
      const room = Math.max(0, MAX_PENDING_CHARS - pending.length);
      pending += decoder.write(chunk.subarray(0, room));
      unsaidBytes += Math.max(0, chunk.length - room);
      if (isWaiting) return;
      isWaiting = true;
      clock.setTimer(GATHER_MS, flush);
    };
  };
}
