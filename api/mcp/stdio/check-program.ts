import { realpathSync, type Stats, statSync } from "node:fs";
import { basename, delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { AppError } from "../../errors/app-error.ts";

interface Invocation {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | null;
}

const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;
/** What runs the file it is given. */
const INTERPRETER = /^(node|nodejs|bun|deno|tsx|ts-node|python[\d.]*|pypy[\d.]*|ruby|perl|php|lua|sh|bash|dash|zsh|ksh)$/;

/**
 * Throws COMMAND_UNSAFE when anybody on the machine could have put another program in the place of this one: its file, or
 * the folder it is in, can be written by everybody. Of an interpreter the script counts, too. What is not there is not its matter.
 */
export function checkProgram({ command, args, cwd }: Invocation, path: string): void {
  if (process.platform === "win32") return;
  const from = cwd ?? process.cwd();
  const program = command.includes("/") ? resolve(from, command) : inPath(command, path);
  if (program === null) return;
  checkFile(program);
  if (!INTERPRETER.test(basename(program))) return;
  const script = args.find((arg) => !arg.startsWith("-"));
  const file = script === undefined ? null : resolve(from, script);
  if (file !== null && statOf(file)?.isFile() === true) checkFile(file);
}

/** The search path without relative parts: those would be looked for in whatever folder the program is started in. */
export function absolutePath(path: string): string {
  return path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .join(delimiter);
}

function inPath(name: string, path: string): string | null {
  for (const folder of absolutePath(path).split(delimiter)) {
    const file = join(folder, name);
    if (statOf(file)?.isFile() === true) return file;
  }
  return null;
}

function checkFile(path: string): void {
  let real: string;
  try {
    real = realpathSync(path);
  } catch {
    return;
  }
  const stat = statOf(real);
  if (stat?.isFile() !== true) return;
  if ((stat.mode & OTHERS_WRITE) !== 0) throw unsafe(path, `everybody on this machine can write ${real}`);
  const folder = dirname(real);
  const mode = statOf(folder)?.mode ?? 0;
  // In a sticky folder such as /tmp nobody can replace what is somebody else's.
  if ((mode & OTHERS_WRITE) !== 0 && (mode & STICKY) === 0)
    throw unsafe(path, `everybody on this machine can put another file in its place: ${folder} is writable for all`);
}

function unsafe(path: string, why: string): AppError {
  return new AppError("COMMAND_UNSAFE", `the program ${path} was not started: ${why}`);
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
