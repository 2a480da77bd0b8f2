import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, link, open, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder } from "./make-folder.ts";
import { StartRefused } from "./start-refused.ts";

const MAX_FILE_BYTES = 4_096;
const HEX_KEY = /^[0-9a-f]{64}$/i;

/** LibreChat's published `.env.example`: everybody has this one. */
const LIBRECHAT_EXAMPLE = "f34be427ebb29de8d88c107a71546019685ed8b241d8f2ed00c3df97ad2566f0";

/** 64 hex digits, and not a key that anybody could guess. `source` is named to the operator; the text never is. */
function parseKey(text: string, source: string): Buffer {
  if (!HEX_KEY.test(text)) {
    throw new StartRefused(
      "KEY_MALFORMED",
      `${source} does not hold a key: 64 hex digits (32 bytes) are needed.`,
      "Make one with: openssl rand -hex 32",
    );
  }
  const key = Buffer.from(text, "hex");
  if (key.toString("hex") === LIBRECHAT_EXAMPLE || key.every((byte) => byte === key[0])) {
    throw new StartRefused(
      "KEY_WELL_KNOWN",
      `${source} holds a key that is published or trivial, so it protects nothing.`,
      "Make one of your own with: openssl rand -hex 32",
    );
  }
  return key;
}

/** Several keys, for example while one takes the place of another: with white space or a comma between them. */
export function parseKeys(text: string, source: string): Buffer[] {
  const keys = text
    .trim()
    .split(/[\s,]+/)
    .map((each) => parseKey(each, source));
  if (new Set(keys.map((key) => key.toString("hex"))).size < keys.length) {
    throw new StartRefused(
      "KEY_MALFORMED",
      `${source} holds the same key twice.`,
      "Each key belongs there once, the newest first.",
    );
  }
  return keys;
}

/** Null when there is no file. Refuses links, and files that others may read or that belong to somebody else. */
export async function readKeyFile(path: string): Promise<Buffer[] | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch((error: unknown) => {
    const code = (error as { code?: unknown }).code;
    if (code === "ENOENT") return null;
    if (code === "ELOOP") throw exposed(path, "is a symbolic link");
    throw new StartRefused(
      "KEY_FILE_UNREADABLE",
      `The key file ${path} cannot be read (${String(code)}).`,
      "Let the user that runs Patchbay own it, with mode 0600.",
      { cause: error },
    );
  });
  if (file === null) return null;
  try {
    await checkPrivate(file, path);
    return parseKeys(await file.readFile("utf8"), `The key file ${path}`);
  } finally {
    await file.close();
  }
}

async function checkPrivate(file: FileHandle, path: string): Promise<void> {
  const stat = await file.stat();
  const how = howExposed(stat, process.geteuid?.());
  if (how !== null) throw exposed(path, how);
  if (stat.size > MAX_FILE_BYTES)
    throw new StartRefused("KEY_MALFORMED", `The key file ${path} is too large.`, "It holds 64 hex digits a key.");
}

/** Why a key file with these facts may be known or exchanged; null when it is private to user `self` and root. */
export function howExposed({ mode, uid }: { mode: number; uid: number }, self: number | undefined): string | null {
  if ((mode & constants.S_IFMT) !== constants.S_IFREG) return "is not a regular file";
  // Kubernetes (fsGroup) and systemd (LoadCredential) hand over a file of root's that a group or an ACL lets us read.
  const isHandedOver = uid === 0 && self !== 0;
  if ((mode & (isHandedOver ? 0o037 : 0o077)) !== 0) return "can be read by other users";
  return self === undefined || uid === self || uid === 0 ? null : "belongs to another user";
}

function exposed(path: string, how: string): StartRefused {
  return new StartRefused(
    "KEY_FILE_EXPOSED",
    `The key file ${path} ${how}, so the key may be known or exchanged.`,
    `Make it a plain file of the user that runs Patchbay: chmod 600 ${path}`,
  );
}

/**
 * Writes a new random key, on the disk before this returns. The file appears whole or not at all; of several
 * processes at once one makes it. False when it is there already.
 */
export async function generateKeyFile(path: string): Promise<boolean> {
  const folder = dirname(path);
  makeFolder(folder);
  const draft = `${path}.${randomBytes(6).toString("hex")}.new`;
  const file = await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    await file.writeFile(`${randomBytes(32).toString("hex")}\n`);
    await file.sync();
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === "EEXIST") return false;
    throw error;
  } finally {
    await file.close();
    await unlink(draft);
    await syncFolder(folder);
  }
}

/** What was made, renamed or removed in it is on the disk when this returns. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
