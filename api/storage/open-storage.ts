import type { SecretBox } from "../ports/secret-box.ts";
import type { Stores } from "../ports/stores.ts";
import { type LiveKeyRing, openKeyRing } from "./key-ring.ts";
import { type KeySettings, keySource } from "./key-source.ts";
import { createSecretBox } from "./secret-box.ts";

export interface OpenStorageOptions {
  /** Opens the chosen store. */
  openStores: () => Promise<Stores>;
  dataFolder: string;
  env: KeySettings;
}

export interface Storage {
  stores: Stores;
  secretBox: SecretBox;
  keys: LiveKeyRing;
}

/** The stores, and the box that opens what is sealed in them. Throws StartRefused when the two do not belong together. */
export async function openStorage({ openStores, dataFolder, env }: OpenStorageOptions): Promise<Storage> {
  const stores = await openStores();
  try {
    const keys = await openKeyRing(keySource(env, dataFolder), stores.keyChecks);
    return { stores, secretBox: createSecretBox(keys.current), keys };
  } catch (error) {
    await stores.close();
    throw error;
  }
}
