import { randomBytes } from "node:crypto";
import { closeSync, fstatSync, ftruncateSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { CallRecord } from "../../ports/stores.ts";

/**
 * Records of the call journal on their way into the table: a line each, in a file beside the database. A line costs a
 * tenth of a row, and outlives a killed process as well; not a power cut.
 */
export interface CallLog {
  /** Throws when the disk is full; then none of them is there. `isThere`: whose beginning is in the log already. */
  append(records: readonly CallRecord[], isThere: (id: string) => boolean): void;
  /** Everything but these has gone to the table: says so in the file, at once or when it has grown. */
  tidy(left: ReadonlyMap<string, CallRecord>): void;
  /** Removes the file: everything must have gone to the table. */
  close(): void;
}

/** Nothing outlives a database in memory. */
const NO_LOG: CallLog = { append: () => {}, tidy: () => {}, close: () => {} };

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

/** What has gone to the table may be in the file as well, up to this: read again it changes nothing there. */
const MAX_BYTES = 2 * 1024 * 1024;

function logInFile(file: string): CallLog {
  let fd = openSync(file, "ax", 0o600);
  let bytes = 0;
  let isOpen = true;
  /** In place of what is there, which stands until all of it is written: a moment when both are there does no harm. */
  const rewrite = (left: ReadonlyMap<string, CallRecord>) => {
    const next = `${file}.next`;
    const nextFd = openSync(next, "ax", 0o600);
    let text = "";
    for (const record of left.values()) text += wholeLine(record);
    try {
      const written = writeWhole(nextFd, text);
      renameSync(next, file);
      closeSync(fd);
      [fd, bytes] = [nextFd, written];
    } catch {
      // A full disk, most likely: nothing is lost while the longer one stands.
      closeSync(nextFd);
      rmSync(next, { force: true });
    }
  };
  return {
    append(records, isThere) {
      let text = "";
      for (const record of records) text += isThere(record.id) ? endLine(record) : wholeLine(record);
      try {
        bytes += writeWhole(fd, text);
      } catch (error) {
        // Half a line would spoil the next one.
        if (fstatSync(fd).size > bytes) ftruncateSync(fd, bytes);
        throw error;
      }
    },
    tidy(left) {
      if (left.size > 0 && bytes > MAX_BYTES) rewrite(left);
      if (left.size > 0 || bytes === 0) return;
      ftruncateSync(fd, 0);
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

/** The number of bytes; throws when the disk is full, with some of them written. */
function writeWhole(fd: number, text: string): number {
  const bytes = Buffer.byteLength(text);
  // Nearly always at once, and then without a copy.
  for (let written = writeSync(fd, text); written < bytes; ) written += writeSync(fd, Buffer.from(text), written);
  return bytes;
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

/** By hand, because there are two lines for every call: what JSON.stringify writes, and only what others chose is escaped. */
function wholeLine(record: CallRecord): string {
  const { userId, callId, server, tool, toolDigest, argumentDigest, startedAt } = record;
  const who = `"userId":${JSON.stringify(userId)},"callId":${JSON.stringify(callId)}`;
  const what = `"server":${JSON.stringify(server)},"tool":${JSON.stringify(tool)}`;
  const digests = `"toolDigest":"${toolDigest}","argumentDigest":"${argumentDigest}"`;
  return `{${who},${what},${digests},"startedAt":${startedAt},${endFields(record)}}\n`;
}

/** What has become of a call whose beginning is a line before. */
function endLine(record: CallRecord): string {
  return `{${endFields(record)}}\n`;
}

function endFields({ id, state, endedAt, code }: Pick<CallRecord, "id" | "state" | "endedAt" | "code">): string {
  return `"id":"${id}","state":"${state}","endedAt":${endedAt},"code":${code === null ? null : `"${code}"`}`;
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
