import { createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { join } from "node:path";
import type { KeyCheckStore } from "../ports/stores.ts";
import { generateKeyFile, parseKey, readKeyFile } from "./key-file.ts";
import type { RootKey } from "./secret-box.ts";
import { StartRefused } from "./start-refused.ts";

export interface RootKeyOptions {
  /** `CREDS_KEY_FILE` comes before `CREDS_KEY`; with neither, a key is generated below `dataFolder`. */
  readonly env: { readonly CREDS_KEY_FILE?: string | undefined; readonly CREDS_KEY?: string | undefined };
  readonly dataFolder: string;
  readonly keyChecks: KeyCheckStore;
}

export interface OpenedRootKey {
  readonly root: RootKey;
  /** For people: where the key came from. */
  readonly source: string;
  /** True when the key was made just now: then its path must be shown and backed up. */
  readonly generated: boolean;
}

/** The name under which the first key ever used here is remembered. */
const FIRST_KEY = "root";

/**
 * Finds the key that user values are sealed with, and proves that it is the one the data was sealed with.
 * Throws `StartRefused` otherwise, and never makes a new key beside existing data.
 */
export async function openRootKey({ env, dataFolder, keyChecks }: RootKeyOptions): Promise<OpenedRootKey> {
  const { key, source, generated } = await findKey(env, dataFolder, keyChecks);
  const root = { kid: kidOf(key), key };
  const proof = proofOf(root);
  const kept = await keyChecks.getOrPut(FIRST_KEY, proof);
  if (!sameText(kept, proof)) {
    throw new StartRefused(
      "KEY_MISMATCH",
      `The stored credentials were sealed with another key than the one from ${source}.`,
      "Give back the key that was used before (CREDS_KEY_FILE, CREDS_KEY or data/keys). Several instances need the same key.",
    );
  }
  return { root, source, generated };
}

async function findKey(
  env: RootKeyOptions["env"],
  dataFolder: string,
  keyChecks: KeyCheckStore,
): Promise<{ key: Buffer; source: string; generated: boolean }> {
  if (env.CREDS_KEY_FILE) {
    const key = await readKeyFile(env.CREDS_KEY_FILE);
    if (key !== null) return { key, source: `CREDS_KEY_FILE (${env.CREDS_KEY_FILE})`, generated: false };
    throw new StartRefused(
      "KEY_FILE_UNREADABLE",
      `CREDS_KEY_FILE names ${env.CREDS_KEY_FILE}, and there is no such file.`,
      "Correct the path, or put the key there with mode 0600.",
    );
  }
  if (env.CREDS_KEY) return { key: parseKey(env.CREDS_KEY, "CREDS_KEY"), source: "CREDS_KEY", generated: false };

  const path = join(dataFolder, "keys", "root-1.key");
  // In this order: another process makes the file first and its check after that.
  const hasBeenUsed = await keyChecks.any();
  const present = await readKeyFile(path);
  if (present !== null) return { key: present, source: path, generated: false };
  if (hasBeenUsed) {
    throw new StartRefused(
      "KEY_LOST",
      `There are stored credentials, and the key they were sealed with is not at ${path} any more.`,
      "Restore that file, or set CREDS_KEY_FILE or CREDS_KEY. Without the key the credentials cannot be opened; to begin anew, move the database away.",
    );
  }
  const generated = await generateKeyFile(path);
  const key = await readKeyFile(path);
  if (key === null) throw new Error(`The key file ${path} vanished while it was read.`);
  return { key, source: path, generated };
}

/** Derived, so that nothing can be learned from it about the key itself. */
function kidOf(key: Buffer): string {
  return createHash("sha256").update(derived(key, "kid")).digest("hex").slice(0, 16);
}

function proofOf({ kid, key }: RootKey): string {
  return `${kid}:${createHmac("sha256", derived(key, "key-check")).update("patchbay key check 1").digest("hex")}`;
}

function derived(key: Buffer, label: string): Buffer {
  return Buffer.from(hkdfSync("sha256", key, "patchbay", label, 32));
}

function sameText(one: string, two: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(two)];
  return a.length === b.length && timingSafeEqual(a, b);
}
