import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Logger } from "../../ports/logger.ts";
import { StartRefused } from "../start-refused.ts";
import { prepareFile } from "./database.ts";

/** A data folder in use. */
export interface FolderHold {
  /** Writes down that another process uses it, too, if one does. */
  warn(logger: Pick<Logger, "warn">): void;
  release(): void;
}

/** The folders this process uses, with their locks: those tell processes apart, not what is in one. */
const OWN = new Map<string, DatabaseSync>();

/**
 * Takes a data folder into use; made when it is not there. Throws StartRefused when this process uses it already. Another
 * process that does is no reason to refuse: where a new one takes over, the old one is still ending. Whoever uses it holds
 * the lock of a file, which the system lets go however a process ends.
 */
export function holdFolder(folder: string): FolderHold {
  // Before anything is opened: a file that a process closes takes along the locks it holds by another handle.
  if (existsSync(folder) && OWN.has(realpathSync(folder))) {
    throw new StartRefused(
      "DATA_FOLDER_TAKEN",
      `${folder} is the data folder of another Patchbay in this process.`,
      "Give each a folder of its own, or close the other one first.",
    );
  }
  const file = join(folder, "in-use.lock");
  prepareFile(file);
  const path = realpathSync(folder);
  const lock = new DatabaseSync(file);
  const isAlone = takes(lock);
  OWN.set(path, lock);
  return {
    warn(logger) {
      if (isAlone) return;
      const words = "another process uses this data folder: people's connections and live state are not shared between the two";
      logger.warn({ dataFolder: folder }, words);
    },
    release() {
      if (OWN.delete(path)) lock.close();
    },
  };
}

/** Is the lock ours now? */
function takes(lock: DatabaseSync): boolean {
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return true;
  } catch {
    return false;
  }
}
