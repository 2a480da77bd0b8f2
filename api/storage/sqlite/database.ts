import { chmodSync, closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeFolder } from "../make-folder.ts";
import { StartRefused } from "../start-refused.ts";
import { CAUSES, causeOf } from "./cause.ts";
import { migrate } from "./migrations.ts";

/** How long a statement waits for another process's write while there is nothing else to do: at the start and the end. */
export const START_WAIT_MS = 5_000;

/** Opens or creates the file, readable by its owner only, and brings its tables up to date. */
export function openDatabase(path: string): DatabaseSync {
  if (path !== ":memory:") prepareFile(path);
  const db = new DatabaseSync(path);
  try {
    waitAtMost(db, START_WAIT_MS);
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
    migrate(db, path);
    return db;
  } catch (error) {
    db.close();
    throw refusal(path, error);
  }
}

/** What the disk or another program does to it, in words for whoever starts us; anything else as it is. */
function refusal(path: string, cause: unknown): unknown {
  const { busy, full, disk, readOnly, cannotOpen, damaged, noDatabase } = CAUSES;
  switch (causeOf(cause)) {
    case busy:
      return new StartRefused(
        "DATABASE_BUSY",
        `Another program is writing to ${path} and does not come to an end.`,
        "Close what has it open, such as an SQLite shell or a copying tool, and start again.",
        { cause },
      );
    case full:
    case disk:
    case readOnly:
    case cannotOpen:
      return new StartRefused(
        "DATABASE_UNWRITABLE",
        `${path} cannot be written: ${(cause as Error).message}.`,
        "Make room on the disk, or set DATA_DIR to a folder that it may write to.",
        { cause },
      );
    case damaged:
    case noDatabase:
      return new StartRefused(
        "DATABASE_UNREADABLE",
        `${path} is not an SQLite database, or it is damaged.`,
        "Restore it from a backup, or move it away to start with an empty one.",
        { cause },
      );
    default:
      return cause;
  }
}

/**
 * A second connection to an opened file for what is written all the time: it outlives a killed process, not a power
 * cut. A flush to the disk for every call would hold up everybody.
 */
export function openRelaxed(db: DatabaseSync, path: string): DatabaseSync {
  if (path === ":memory:") return db;
  const relaxed = new DatabaseSync(path);
  waitAtMost(relaxed, START_WAIT_MS);
  relaxed.exec("PRAGMA synchronous = NORMAL");
  return relaxed;
}

/** How long statements of this connection wait for another process's write, and all of this process with them. */
export function waitAtMost(db: DatabaseSync, ms: number): void {
  db.exec(`PRAGMA busy_timeout = ${ms}`);
}

/** SQLite gives its `-wal` and `-shm` files the mode of the main file: so that one must be right before it opens it. */
export function prepareFile(path: string): void {
  makeFolder(dirname(path));
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
}
