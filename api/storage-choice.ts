import { join } from "node:path";
import { openMongoStores } from "./storage/mongo/mongo-stores.ts";
import { openStorage, type Storage } from "./storage/open-storage.ts";
import { openSqliteStores } from "./storage/sqlite/sqlite-stores.ts";

export interface StorageChoice {
  mongoUri: string | undefined;
  dataFolder: string;
  env: { readonly CREDS_KEY_FILE?: string | undefined; readonly CREDS_KEY?: string | undefined };
}

/** MongoDB when it is named, one SQLite file otherwise. */
export function openChosenStorage({ mongoUri, dataFolder, env }: StorageChoice): Promise<Storage> {
  const openStores = async () =>
    mongoUri === undefined ? openSqliteStores(join(dataFolder, "patchbay.db")) : openMongoStores(mongoUri);
  return openStorage({ openStores, dataFolder, env });
}
