import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { SettingRefused } from "./settings.ts";

/** Settings that hold a secret. `CREDS_KEY_FILE` is read more strictly, where the key is opened. */
const SECRETS = ["MONGO_URI", "METRICS_TOKEN", "OPENID_CLIENT_SECRET"] as const;
const MAX_BYTES = 8 * 1024;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment with `NAME_FILE` read into `NAME`, as containers and systemd hand secrets over: what stands in a
 * file is in no process list and in no description of a container. Throws SettingRefused; a content is never in it.
 */
export function withSecretFiles(env: Environment): Environment {
  const read = SECRETS.flatMap((name) => {
    const path = env[`${name}_FILE`];
    if (path === undefined || path === "") return [];
    if (env[name]) throw new SettingRefused(`Set either ${name} or ${name}_FILE, not both.`);
    return [[name, contentOf(path, `${name}_FILE`)] as const];
  });
  return { ...env, ...Object.fromEntries(read) };
}

function contentOf(path: string, setting: string): string {
  const text = readSmallFile(path, setting).trim();
  if (text === "") throw new SettingRefused(`${setting} names ${path}, and that file is empty.`);
  return text;
}

function readSmallFile(path: string, setting: string): string {
  let file: number;
  try {
    // Without O_NONBLOCK a pipe without a writer would hold the start for ever.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw new SettingRefused(`${setting} names ${path}, which cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new SettingRefused(`${setting} names ${path}, which is not a regular file.`);
    if (stat.size > MAX_BYTES) throw new SettingRefused(`${setting} names ${path}, which is larger than ${MAX_BYTES} bytes.`);
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}
