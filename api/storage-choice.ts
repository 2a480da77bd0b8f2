import { join } from "node:path";
import type { Stores } from "./ports/stores.ts";
import type { KeySettings } from "./storage/key-source.ts";
import { openMongoStores } from "./storage/mongo/mongo-stores.ts";
import { openStorage, type Storage } from "./storage/open-storage.ts";
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
  return mongoUri === undefined ? openSqliteStores(join(dataFolder, "patchbay.db")) : openMongoStores(mongoUri);
}
