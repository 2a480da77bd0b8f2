import { join } from "node:path";
import type { Stores } from "./ports/stores.ts";
import type { KeySettings } from "./storage/key-source.ts";
import { openStorage, type Storage } from "./storage/open-storage.ts";
import { backupDatabase, keyChecksOf, restoreDatabase } from "./storage/sqlite/backup.ts";
import { type FolderHold, holdFolder } from "./storage/sqlite/folder-hold.ts";
import { openSqliteStores } from "./storage/sqlite/sqlite-stores.ts";

export interface StoreChoice {
  mongoUri: string | undefined;
  dataFolder: string;
}

export interface StorageChoice extends StoreChoice {
  env: KeySettings;
}

/** MongoDB when it is named, one SQLite file otherwise; with the keys that belong to it. */
export function openChosenStorage({ env, ...choice }: StorageChoice): Promise<Storage> {
  return openStorage({ openStores: () => openChosenStores(choice), dataFolder: choice.dataFolder, env });
}

/** The stores alone, for those who take care of the keys. */
export async function openChosenStores({ mongoUri, dataFolder }: StoreChoice): Promise<Stores> {
  if (mongoUri === undefined) return openSqliteStores(databaseIn(dataFolder));
  // Read only where it is needed: it is a third of what a start reads.
  const { openMongoStores } = await import("./storage/mongo/mongo-stores.ts");
  return openMongoStores(mongoUri);
}

/** The embedded database of this folder, for those who copy it as a file. */
export function embeddedDatabase(dataFolder: string) {
  const path = databaseIn(dataFolder);
  return {
    path,
    backup: (target: string) => backupDatabase(path, target),
    restore: (backup: string) => restoreDatabase(backup, path),
    keyChecksOf,
  };
}

const databaseIn = (dataFolder: string) => join(dataFolder, "patchbay.db");

export { type FolderHold, holdFolder as holdDataFolder };
