import { createHash, createHmac, hkdfSync } from "node:crypto";
import type { KeyCheckStore } from "../ports/stores.ts";
import { type FoundKey, generateFirstKey, type KeySource } from "./key-source.ts";
import type { RootKey } from "./secret-box.ts";
import { StartRefused } from "./start-refused.ts";

/** A key at hand, and for people where it lies. */
export interface HeldKey extends RootKey {
  readonly where: string;
}

type Held = readonly [HeldKey, ...HeldKey[]];

/** The keys of a running house. */
export interface LiveKeyRing {
  /** The key that seals first. */
  current(): Held;
  /** Looks again where the keys come from. True when another one seals now. Throws StartRefused, and then nothing has changed. */
  refresh(): Promise<boolean>;
  /** True when the key was made just now: then its path must be shown and backed up. */
  readonly generated: boolean;
}

/** The name under which the proof of the first key ever used here is kept; a younger key is kept as `key:<kid>`. */
const FIRST_KEY = "root";

/**
 * Finds the keys that values are sealed with, and proves that they are those the data was sealed with. Throws
 * `StartRefused` otherwise, and never makes a new key beside existing data.
 */
export async function openKeyRing(source: KeySource, keyChecks: KeyCheckStore): Promise<LiveKeyRing> {
  // In this order: another process makes the file first and its check after that.
  const hasBeenUsed = Object.keys(await keyChecks.all()).length > 0;
  let found = await source.read();
  let generated = false;
  if (found.length === 0) {
    const { folder } = source;
    if (folder === null) throw new Error("A source that gave no key gave no reason, either.");
    if (hasBeenUsed) throw lost(`in ${folder}`);
    generated = await generateFirstKey(folder);
    found = await source.read();
  }
  let ring = await proven(found, keyChecks);
  return {
    generated,
    current: () => ring,
    async refresh() {
      const [before] = ring;
      const found = await source.read();
      // Only while this process lives are they still to be had: whoever reads its log can put them back.
      if (found.length === 0) throw lost(`at ${before.where}`);
      const isSame = found.length === ring.length && found.every(({ key }, index) => ring[index]?.key.equals(key) === true);
      if (!isSame) ring = await proven(found, keyChecks);
      return ring[0].kid !== before.kid;
    },
  };
}

/** The keys at hand beside what the store knows of keys. Makes, keeps and changes nothing. */
export interface KeyComparison {
  /** The one that seals first; empty when there is none. */
  readonly keys: readonly HeldKey[];
  /** Ids of keys that have sealed values here and are not at hand. */
  readonly missing: readonly string[];
  /** Is this key in use: may a house that runs seal with it? */
  isKnown(key: HeldKey): boolean;
}

export async function compareKeys(found: readonly FoundKey[], keyChecks: Pick<KeyCheckStore, "all">): Promise<KeyComparison> {
  const keys = held(found) ?? [];
  const proofs = new Set(keys.map(proofOf));
  const known = Object.values(await keyChecks.all());
  return {
    keys,
    missing: known.filter((proof) => !proofs.has(proof)).map((proof) => proof.split(":")[0] ?? ""),
    isKnown: (key) => known.includes(proofOf(key)),
  };
}

/** From now on a start without this key is fine: `stays`, or a key made anew, proves itself in its place. */
export async function forgetKey(kid: string, stays: HeldKey | undefined, keyChecks: KeyCheckStore): Promise<void> {
  const first = (await keyChecks.all())[FIRST_KEY];
  if (first?.startsWith(`${kid}:`) === true) {
    if (stays === undefined) await keyChecks.remove(FIRST_KEY);
    else await keyChecks.replace(FIRST_KEY, first, proofOf(stays));
  }
  await keyChecks.remove(`key:${kid}`);
}

async function proven(found: readonly FoundKey[], keyChecks: KeyCheckStore): Promise<Held> {
  const ring = held(found);
  if (ring === null) throw new Error("There is no key.");
  const [active] = ring;
  const first = await keyChecks.getOrPut(FIRST_KEY, proofOf(active));
  const { missing } = await compareKeys(found, keyChecks);
  if (missing.length > 0) throw mismatch(active.where);
  // Before anything is sealed with it: from here on nobody starts without this key.
  if (first !== proofOf(active)) await keyChecks.getOrPut(`key:${active.kid}`, proofOf(active));
  return ring;
}

function held(found: readonly FoundKey[]): Held | null {
  const [active, ...older] = found.map(({ key, where }) => ({ kid: kidOf(key), key, where }));
  return active === undefined ? null : [active, ...older];
}

function lost(place: string): StartRefused {
  return new StartRefused(
    "KEY_LOST",
    `There are stored credentials, and the key they were sealed with is not ${place} any more.`,
    "Restore that file, or set CREDS_KEY_FILE or CREDS_KEY. Several instances need the same keys. Without the key the credentials cannot be opened by anybody; " +
      "`npx patchbay keys reset` says what would be lost by beginning anew, and does it.",
  );
}

function mismatch(where: string): StartRefused {
  return new StartRefused(
    "KEY_MISMATCH",
    `The stored credentials were sealed with another key than the one from ${where}.`,
    "Give back the key that was used before (CREDS_KEY_FILE, CREDS_KEY or data/keys). Several instances need the same keys. " +
      "If it is lost for good: `npx patchbay keys reset`.",
  );
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
