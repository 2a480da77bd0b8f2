import { dirname, isAbsolute, resolve } from "node:path";
import type { Path, Report } from "../problem.ts";

export interface ProgramPaths {
  readonly command: string;
  readonly cwd: string | null;
}

/**
 * Where a program is: a relative path is below the folder of the file that names it, wherever the platform was started
 * from, so that nobody plants another one. A name without a slash is left for PATH. `file` is null where there is none.
 */
export function programPaths(written: ProgramPaths, { file, path, report }: { file: string | null; path: Path; report: Report }) {
  const isRemote = file !== null && /^[a-z][a-z0-9+.-]+:\/\//i.test(file);
  const below = (value: string, key: string): string => {
    if (isAbsolute(value) || file === null) return value;
    if (!isRemote) return resolve(dirname(file), value);
    report([...path, key], {
      code: "path-relative",
      message: `\`${key}\` is relative, and a configuration from an address has no folder it could be below`,
      expected: "an absolute path",
      found: value,
    });
    return value;
  };
  return {
    command: /[\\/]/.test(written.command) ? below(written.command, "command") : written.command,
    cwd: written.cwd === null ? null : below(written.cwd, "cwd"),
  };
}
