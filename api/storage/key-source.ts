import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { generateKeyFile, parseKeys, readKeyFile } from "./key-file.ts";
import { StartRefused } from "./start-refused.ts";

export interface KeySettings {
  /** Comes before `CREDS_KEY`; with neither, keys are files below the data folder. */
  readonly CREDS_KEY_FILE?: string | undefined;
  readonly CREDS_KEY?: string | undefined;
}

/** A key, and for people where it lies. */
export interface FoundKey {
  readonly key: Buffer;
  readonly where: string;
}

/** Where keys come from. */
export interface KeySource {
  /** The key that seals first, then those that only open. Empty when there is none yet. Throws StartRefused. */
  read(): Promise<FoundKey[]>;
  /** The folder in which this program may make keys itself; null where the operator hands them over. */
  readonly folder: string | null;
}

export function keySource(env: KeySettings, dataFolder: string): KeySource {
  const { CREDS_KEY_FILE: file, CREDS_KEY: text } = env;
  if (file) return { folder: null, read: () => fromFile(file) };
  if (text) return { folder: null, read: async () => parseKeys(text, "CREDS_KEY").map((key) => ({ key, where: "CREDS_KEY" })) };
  const folder = join(dataFolder, "keys");
  return { folder, read: () => fromFolder(folder) };
}

async function fromFile(path: string): Promise<FoundKey[]> {
  const keys = await readKeyFile(path);
  if (keys !== null) return keys.map((key) => ({ key, where: `CREDS_KEY_FILE (${path})` }));
  throw new StartRefused(
    "KEY_FILE_UNREADABLE",
    `CREDS_KEY_FILE names ${path}, and there is no such file.`,
    "Correct the path, or put the key there with mode 0600.",
  );
}

/** `root-2.key` is younger than `root-1.key`. What has another name, such as a retired key, is none. */
async function fromFolder(folder: string): Promise<FoundKey[]> {
  const found: FoundKey[] = [];
  for (const number of (await numbersIn(folder)).reverse()) {
    const path = pathOf(folder, number);
    for (const key of (await readKeyFile(path)) ?? []) found.push({ key, where: path });
  }
  return found;
}

/** Makes the first key. Of several processes at once one does: false for the others, who find it there. */
export function generateFirstKey(folder: string): Promise<boolean> {
  return generateKeyFile(pathOf(folder, 1));
}

/** Makes a key younger than those that are there. Returns its path. */
export async function generateNextKey(folder: string): Promise<string> {
  for (let number = ((await numbersIn(folder)).at(-1) ?? 0) + 1; ; number += 1) {
    if (await generateKeyFile(pathOf(folder, number))) return pathOf(folder, number);
  }
}

const pathOf = (folder: string, number: number) => join(folder, `root-${number}.key`);

async function numbersIn(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names.flatMap((name) => Number(/^root-([1-9]\d{0,5})\.key$/.exec(name)?.[1] ?? Number.NaN) || []).sort((a, b) => a - b);
}
