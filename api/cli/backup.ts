import { parseArgs } from "node:util";
import type { CommandIo } from "../../config/cli/io.ts";
import { withSecretFiles } from "../secret-files.ts";
import { readSettings, type Settings } from "../settings.ts";
import { BackupRefused } from "../storage/backup-refused.ts";
import { compareKeys } from "../storage/key-ring.ts";
import { keySource } from "../storage/key-source.ts";
import { makeFolder } from "../storage/make-folder.ts";
import { StartRefused } from "../storage/start-refused.ts";
import { embeddedDatabase } from "../storage-choice.ts";

const REFUSED = 1;
const WRONG_USAGE = 2;

/** `patchbay backup FILE`: a copy of the embedded database while the server runs. */
export async function backupCommand(args: readonly string[], io: CommandIo): Promise<number> {
  return withFile("backup", args, io, async (file, { dataFolder }) => {
    const { path, backup } = embeddedDatabase(dataFolder);
    const { bytes } = await backup(file);
    io.print(`Wrote ${file}: ${path} as it was just now, ${Math.ceil(bytes / 1_024)} KiB, readable by its owner only.`);
    const { folder } = keySource(io.env, dataFolder);
    io.print(`The key is not in it: back up ${folder ?? "what CREDS_KEY_FILE or CREDS_KEY hand over"} as a secret of its own,`);
    io.print("in another place. Without the key nobody can open the credentials in the backup; with both, everybody can.");
    io.print(`To restore: stop Patchbay, put the key back, run \`patchbay restore ${file}\`, start.`);
  });
}

/** `patchbay restore FILE`: puts a backup in the place of the embedded database. The old one is kept. */
export async function restoreCommand(args: readonly string[], io: CommandIo): Promise<number> {
  return withFile("restore", args, io, async (file, { dataFolder }) => {
    const { path, restore, keyChecksOf } = embeddedDatabase(dataFolder);
    makeFolder(dataFolder);
    const { kept } = await restore(file);
    io.print(`${path} is now what ${file} holds.${kept === null ? "" : ` What was there is kept as ${kept}.`}`);
    const found = await keySource(io.env, dataFolder)
      .read()
      .catch((error: unknown) => {
        if (error instanceof StartRefused) return [];
        throw error;
      });
    const { missing } = await compareKeys(found, { all: () => keyChecksOf(path) });
    io.print(
      missing.length === 0
        ? "The key at hand belongs to it. Start Patchbay."
        : `It needs the key ${missing.join(" and ")}, which is not at hand: put it back before you start Patchbay.`,
    );
  });
}

async function withFile(
  name: string,
  args: readonly string[],
  io: CommandIo,
  work: (file: string, settings: Settings) => Promise<void>,
): Promise<number> {
  const file = fileOf(args);
  if (file === null) {
    io.print(`Usage: patchbay ${name} FILE`);
    return WRONG_USAGE;
  }
  const settings = readSettings(withSecretFiles(io.env), process.cwd());
  try {
    if (settings.mongoUri !== undefined) throw new BackupRefused("The data is in MongoDB: use mongodump and mongorestore.");
    await work(file, settings);
    return 0;
  } catch (error) {
    if (!(error instanceof BackupRefused)) throw error;
    io.print(error.message);
    return REFUSED;
  }
}

function fileOf(args: readonly string[]): string | null {
  try {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
    return positionals.length === 1 ? (positionals[0] ?? null) : null;
  } catch {
    return null;
  }
}
