import { rename } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { CommandIo } from "../../config/cli/io.ts";
import type { Stores } from "../ports/stores.ts";
import { withSecretFiles } from "../secret-files.ts";
import { readSettings } from "../settings.ts";
import { compareKeys, forgetKey } from "../storage/key-ring.ts";
import { generateNextKey, type KeySource, keySource } from "../storage/key-source.ts";
import { resealAll } from "../storage/reseal.ts";
import { createSecretBox } from "../storage/secret-box.ts";
import { openChosenStores } from "../storage-choice.ts";

const REFUSED = 1;
const WRONG_USAGE = 2;

const USAGE = `Usage: patchbay keys COMMAND

  list                    the keys, where they lie, and how many stored values each has sealed
  add                     makes a key; a running Patchbay seals with it within seconds, and older values anew
  retire KEY [--force]    puts a key away that no value needs any more; --force although some cannot be opened with it
  reset [--yes]           forgets stored values whose key is lost; without --yes it only says what would be lost

A key file is a secret of its own: keep it apart from backups of the data.`;

interface Desk {
  io: CommandIo;
  stores: Stores;
  source: KeySource;
}

/** `patchbay keys …`: the care of the keys that stored values are sealed with. Reads the same settings as the server. */
export async function keysCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const { name = "", operands, force, yes } = parse(args);
  const run = {
    list: (desk: Desk) => list(desk),
    add: (desk: Desk) => add(desk),
    retire: (desk: Desk) => retire(desk, operands[0] ?? "", force),
    reset: (desk: Desk) => reset(desk, yes),
  }[name];
  if (run === undefined || operands.length !== (name === "retire" ? 1 : 0)) {
    io.print(USAGE);
    return WRONG_USAGE;
  }
  const env = withSecretFiles(io.env);
  const settings = readSettings(env, process.cwd());
  const stores = await openChosenStores(settings);
  try {
    return await run({ io, stores, source: keySource(env, settings.dataFolder) });
  } finally {
    await stores.close();
  }
}

async function list({ io, stores, source }: Desk): Promise<number> {
  const { keys, missing, isKnown } = await compareKeys(await source.read(), stores.keyChecks);
  const counts = await countByKey(stores);
  if (keys.length === 0) io.print("There is no key at hand.");
  for (const [index, key] of keys.entries()) {
    const use = index > 0 ? "opens older values" : isKnown(key) ? "seals new values" : "will seal once Patchbay runs";
    io.print(`${key.kid}  ${values(counts.get(key.kid) ?? 0)}  ${use}  ${key.where}`);
  }
  const ids = new Set(keys.map(({ kid }) => kid));
  for (const kid of new Set([...missing, ...counts.keys()]))
    if (!ids.has(kid)) io.print(`${kid || "no key"}  ${values(counts.get(kid) ?? 0)}  NOT AT HAND: they cannot be opened`);
  return missing.length > 0 ? REFUSED : 0;
}

async function add({ io, stores, source }: Desk): Promise<number> {
  const { missing } = await compareKeys(await source.read(), stores.keyChecks);
  if (missing.length > 0)
    return refuse(io, "A key that is in use here is not at hand: bring it back first (patchbay keys list).");
  if (source.folder === null) {
    return refuse(
      io,
      "The keys are handed over by CREDS_KEY_FILE or CREDS_KEY. Make one with `openssl rand -hex 32` and put it before the\n" +
        "one that is there, with a line break or a comma between. Where several instances run: first behind the old one,\n" +
        "on every instance; then before it. Older values are sealed anew once it stands first; then retire the old one.",
    );
  }
  io.print(`Made ${await generateNextKey(source.folder)}. Back it up, apart from the data.`);
  io.print("A running Patchbay seals with it within seconds, otherwise the next start does. Then: patchbay keys list");
  return 0;
}

async function retire({ io, stores, source }: Desk, kid: string, isForced: boolean): Promise<number> {
  const { keys, missing, isKnown } = await compareKeys(await source.read(), stores.keyChecks);
  const [active, ...older] = keys;
  const key = older.find((each) => each.kid === kid);
  if (active?.kid === kid) return refuse(io, "This key seals new values. Add another one first: patchbay keys add");
  if (active === undefined || key === undefined) return refuse(io, `No key ${kid} is at hand: patchbay keys list`);
  if (missing.length > 0)
    return refuse(io, "A key that is in use here is not at hand: bring it back first (patchbay keys list).");
  if (!isKnown(active))
    return refuse(io, `Patchbay has not sealed with ${active.kid} yet. Start it, or wait some seconds if it runs.`);
  const box = createSecretBox(() => [active, ...older]);
  await resealAll({ values: stores.sealedValues, box, kid: active.kid });
  const left = (await countByKey(stores)).get(kid) ?? 0;
  if (left > 0 && !isForced)
    return refuse(
      io,
      `${values(left)} under this key could not be sealed anew: changed or damaged. With --force they are given up.`,
    );
  await forgetKey(kid, active, stores.keyChecks);
  io.print(`${kid} is retired: nothing here needs it any more. Backups from before do.`);
  const isAlone = keys.every((other) => other === key || other.where !== key.where);
  if (source.folder === null || !isAlone) io.print(`Take it out of ${key.where}.`);
  else {
    // Another name, so that no start reads it.
    const away = `${key.where}.retired`;
    await rename(key.where, away);
    io.print(`Its file is now ${away}; delete it once no backup needs it.`);
  }
  return 0;
}

async function reset({ io, stores, source }: Desk, isMeant: boolean): Promise<number> {
  const { keys, missing } = await compareKeys(await source.read(), stores.keyChecks);
  const ids = new Set(keys.map(({ kid }) => kid));
  const lost = (await Array.fromAsync(stores.sealedValues.all())).filter(({ sealed }) => !ids.has(sealed.kid));
  if (missing.length === 0 && lost.length === 0) return refuse(io, "Every key that is in use here is at hand: nothing is lost.");
  if (!isMeant) {
    io.print(`${values(lost.length)} would be forgotten, because no key at hand opens them: what people entered for servers,`);
    io.print("connectors they made, and sign-ins at servers. People enter them again; accounts and history stay.");
    io.print("If there is any chance to bring the key back, bring it back. Otherwise stop Patchbay and run:");
    return refuse(io, "patchbay keys reset --yes");
  }
  // Values first: until the last line a start is refused, and this can be run again.
  let forgotten = 0;
  for (const row of lost) if (await stores.sealedValues.remove(row)) forgotten += 1;
  for (const kid of missing) await forgetKey(kid, keys[0], stores.keyChecks);
  io.print(`${values(forgotten)} forgotten. ${keys.length > 0 ? "" : "The next start makes a new key."}`.trimEnd());
  return 0;
}

async function countByKey({ sealedValues }: Stores): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const { sealed } of sealedValues.all()) counts.set(sealed.kid, (counts.get(sealed.kid) ?? 0) + 1);
  return counts;
}

function values(count: number): string {
  return count === 1 ? "1 value" : `${count} values`;
}

function refuse(io: CommandIo, message: string): number {
  io.print(message);
  return REFUSED;
}

function parse(args: readonly string[]): { name?: string; operands: string[]; force: boolean; yes: boolean } {
  try {
    const options = { force: { type: "boolean" }, yes: { type: "boolean" } } as const;
    const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [name, ...operands] = positionals;
    return { ...(name === undefined ? {} : { name }), operands, force: values.force === true, yes: values.yes === true };
  } catch {
    return { operands: [], force: false, yes: false };
  }
}
