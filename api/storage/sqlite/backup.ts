import { randomBytes } from "node:crypto";
import { constants, existsSync } from "node:fs";
import { copyFile, link, open, rename, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { BackupRefused } from "../backup-refused.ts";
import { syncFolder } from "../key-file.ts";
import { sqliteKeyCheckStore } from "./key-check-store.ts";
import { NEWEST_SCHEMA } from "./migrations.ts";

/**
 * Copies the database at `path` into a new file for its owner only, as it is at one moment; who writes meanwhile is not
 * held up. The file appears whole and on the disk, or not at all; one that is there is not touched. Returns its size.
 */
export async function backupDatabase(path: string, target: string): Promise<{ bytes: number }> {
  if (!existsSync(path)) throw new BackupRefused(`There is no ${path} to back up.`);
  if (existsSync(target)) throw new BackupRefused(`${target} is there already; it is not overwritten.`);
  const draft = await emptyDraft(target);
  try {
    const db = new DatabaseSync(path, { readOnly: true });
    try {
      db.prepare("VACUUM INTO ?").run(draft);
    } finally {
      db.close();
    }
    await checkDatabase(draft);
    await sync(draft);
    await link(draft, target).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "EEXIST" ? new BackupRefused(`${target} is there already; it is not overwritten.`) : error;
    });
    return { bytes: (await stat(target)).size };
  } finally {
    await unlink(draft);
    await syncFolder(dirname(target));
  }
}

/**
 * Puts a backup in the place of the database at `path`, in one step: whoever looks finds the old one or the new one. The
 * old one is kept beside it. Refused while somebody has the database open. Returns where the old one is, if there was one.
 */
export async function restoreDatabase(backup: string, path: string): Promise<{ kept: string | null }> {
  if (!existsSync(backup)) throw new BackupRefused(`There is no file ${backup}.`);
  await checkDatabase(backup);
  const draft = await emptyDraft(path);
  try {
    await copyFile(backup, draft);
    await sync(draft);
    const kept = existsSync(path) ? `${path}.before-${new Date().toISOString().replaceAll(/[:.]/g, "-")}` : null;
    if (kept !== null) {
      settle(path);
      await link(path, kept);
    } else if (existsSync(`${path}-wal`)) {
      throw new BackupRefused(`${path}-wal is left of a database that is gone: move it away first.`);
    }
    await rename(draft, path);
    return { kept };
  } finally {
    await unlink(draft).catch(() => {
      // It has become the database.
    });
    await syncFolder(dirname(path));
  }
}

/** What proves the keys of a backup, without changing it. */
export async function keyChecksOf(path: string): Promise<Record<string, string>> {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return await sqliteKeyCheckStore(db).all();
  } finally {
    db.close();
  }
}

/** Nothing is left beside the file afterwards: an old `-wal` would be read into the new database. */
function settle(path: string): void {
  const db = new DatabaseSync(path);
  try {
    db.exec("PRAGMA journal_mode = DELETE");
  } catch (cause) {
    throw new BackupRefused(`${path} is in use: stop Patchbay first.`, { cause });
  } finally {
    db.close();
  }
}

async function checkDatabase(path: string): Promise<void> {
  const damaged = (cause?: unknown) => new BackupRefused(`${path} is no backup of Patchbay's, or it is damaged.`, { cause });
  let db: DatabaseSync;
  try {
    db = new DatabaseSync(path, { readOnly: true });
  } catch (error) {
    throw damaged(error);
  }
  try {
    const schema = Number(db.prepare("PRAGMA user_version").get()?.user_version);
    if (schema > NEWEST_SCHEMA) throw new BackupRefused(`${path} was written by a newer Patchbay.`);
    const isWhole = db.prepare("PRAGMA quick_check").get()?.quick_check === "ok";
    const isOurs = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'key_checks'").get() !== undefined;
    if (schema < 1 || !isWhole || !isOurs) throw damaged();
  } catch (error) {
    throw error instanceof BackupRefused ? error : damaged(error);
  } finally {
    db.close();
  }
}

/** An empty file beside `path`, for its owner only. A process that is killed leaves it behind, under a name that says so. */
async function emptyDraft(path: string): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString("hex")}.part`;
  try {
    await (await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)).close();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new BackupRefused(`Nothing can be written to ${dirname(path)} (${code}).`, { cause });
  }
  return draft;
}

async function sync(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
