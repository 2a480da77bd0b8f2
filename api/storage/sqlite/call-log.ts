import { randomBytes } from "node:crypto";
import { closeSync, fstatSync, ftruncateSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { CallRecord } from "../../ports/stores.ts";

/**
 * Records of the call journal on their way into the table: a line each, in a file beside the database. A line costs a
 * tenth of a row, and outlives a killed process as well; not a power cut.
 */
export interface CallLog {
  /** Throws when the disk is full; then none of them is there. `isThere`: whose beginning is in the log already. */
  append(records: readonly CallRecord[], isThere: (id: string) => boolean): void;
  /** They are in the table now. */
  clear(): void;
  /** Removes the file: call `clear` first. */
  close(): void;
}

/** Nothing outlives a database in memory. */
const NO_LOG: CallLog = { append: () => {}, clear: () => {}, close: () => {} };

/**
 * Opens a log for this process alone. `left`: what processes that are gone have left in theirs, oldest first. Call
 * `forget` when that is in the table.
 */
export function openCallLog(path: string): { log: CallLog; left: readonly CallRecord[]; forget: () => void } {
  if (path === ":memory:") return { log: NO_LOG, left: [], forget: () => {} };
  const abandoned = logsOf(path).filter(({ pid }) => !isAlive(pid));
  const forget = () => {
    for (const { file } of abandoned) rmSync(file, { force: true });
  };
  const file = `${path}-calls-${process.pid}-${randomBytes(4).toString("hex")}`;
  return { log: logInFile(file), left: abandoned.flatMap(({ file: each }) => recordsIn(each)), forget };
}

function logInFile(file: string): CallLog {
  const fd = openSync(file, "ax", 0o600);
  let bytes = 0;
  let isOpen = true;
  return {
    append(records, isThere) {
      let text = "";
      for (const record of records) text += `${JSON.stringify(isThere(record.id) ? endOf(record) : record)}\n`;
      const lines = Buffer.from(text);
      let written = 0;
      try {
        while (written < lines.length) written += writeSync(fd, lines, written);
      } catch (error) {
        // Half a line would spoil the next one.
        if (fstatSync(fd).size > bytes) ftruncateSync(fd, bytes);
        throw error;
      }
      bytes += lines.length;
    },
    clear() {
      if (bytes > 0) ftruncateSync(fd, 0);
      bytes = 0;
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      closeSync(fd);
      rmSync(file, { force: true });
    },
  };
}

function logsOf(path: string): { file: string; pid: number }[] {
  const start = `${basename(path)}-calls-`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(start))
    .sort()
    .map((name) => ({ file: join(dirname(path), name), pid: Number(/^\d+/.exec(name.slice(start.length))?.[0]) }));
}

/** One with our own number was another process: we have not begun yet. */
function isAlive(pid: number): boolean {
  if (pid === process.pid || !(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** What has become of a call whose beginning is a line before. */
function endOf({ id, state, endedAt, code }: CallRecord): Partial<CallRecord> {
  return { id, state, endedAt, code };
}

function recordsIn(file: string): CallRecord[] {
  const records = new Map<string, CallRecord>();
  for (const line of readFileSync(file, "utf8").split("\n").flatMap(partIn)) {
    const before = records.get(line.id);
    if (before !== undefined) records.set(line.id, { ...before, ...line });
    else if (line.userId !== undefined) records.set(line.id, line as CallRecord);
  }
  return [...records.values()];
}

/** The last line may be half a one. */
function partIn(line: string): (Pick<CallRecord, "id"> & Partial<CallRecord>)[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
