import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StartRefused } from "../start-refused.ts";
import { migrate } from "./migrations.ts";

/** How long a statement waits for another process's write. */
const BUSY_MS = 5_000;

/** Opens or creates the file, readable by its owner only, and brings its tables up to date. */
export function openDatabase(path: string): DatabaseSync {
  if (path !== ":memory:") prepareFile(path);
  const db = new DatabaseSync(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
    migrate(db, path);
    return db;
  } catch (error) {
    db.close();
    if (isNotADatabase(error)) {
      throw new StartRefused(
        "DATABASE_UNREADABLE",
        `${path} is not an SQLite database, or it is damaged.`,
        "Restore it from a backup, or move it away to start with an empty one.",
        { cause: error },
      );
    }
    throw error;
  }
}

/**
 * A second connection to an opened file for what is written all the time: it outlives a killed process, not a power
 * cut. A flush to the disk for every call would hold up everybody.
 */
export function openRelaxed(db: DatabaseSync, path: string): DatabaseSync {
  if (path === ":memory:") return db;
  const relaxed = new DatabaseSync(path);
  relaxed.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA synchronous = NORMAL`);
  return relaxed;
}

/** SQLite gives its `-wal` and `-shm` files the mode of the main file: so that one must be right before it opens it. */
export function prepareFile(path: string): void {
  const directory = dirname(path);
  if (!existsSync(directory)) mkdirSync(directory, { recursive: true, mode: 0o700 });
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
}

function isNotADatabase(error: unknown): boolean {
  const SQLITE_CORRUPT = 11;
  const SQLITE_NOTADB = 26;
  const code = (error as { errcode?: unknown }).errcode;
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}
