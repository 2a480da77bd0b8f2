import type { SecretBox } from "../ports/secret-box.ts";
import type { Stores } from "../ports/stores.ts";
import { openRootKey } from "./root-key.ts";
import { createSecretBox } from "./secret-box.ts";

export interface OpenStorageOptions {
  /** Opens the chosen store. */
  openStores: () => Promise<Stores>;
  dataFolder: string;
  env: { readonly CREDS_KEY_FILE?: string | undefined; readonly CREDS_KEY?: string | undefined };
}

export interface Storage {
  stores: Stores;
  secretBox: SecretBox;
  /** For people: where the key came from, and whether it was made just now. */
  key: { source: string; generated: boolean };
}

/** The stores, and the box that opens what is sealed in them. Throws StartRefused when the two do not belong together. */
export async function openStorage({ openStores, dataFolder, env }: OpenStorageOptions): Promise<Storage> {
  const stores = await openStores();
  try {
    const { root, source, generated } = await openRootKey({ env, dataFolder, keyChecks: stores.keyChecks });
    return { stores, secretBox: createSecretBox(() => [root]), key: { source, generated } };
  } catch (error) {
    await stores.close();
    throw error;
  }
}
