import { type DestinationStream, pino } from "pino";

const BUFFER_CHARS = 8 * 1024;
/** What a kill loses at most, and how late a line may be. */
const FLUSH_EVERY_MS = 50;

/** Lines to stdout, several at a time: a write for each would be a twentieth of the work of a busy process. */
export function standardOutput(): DestinationStream {
  const output = pino.destination({ fd: 1, sync: true });
  let lines = "";
  const flush = () => {
    if (lines === "") return;
    const text = lines;
    lines = "";
    output.write(text);
  };
  setInterval(flush, FLUSH_EVERY_MS).unref();
  process.on("exit", flush);
  return {
    write(line) {
      lines += line;
      if (lines.length >= BUFFER_CHARS) flush();
    },
  };
}
