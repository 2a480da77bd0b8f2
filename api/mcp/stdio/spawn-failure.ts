import { AppError } from "../../errors/app-error.ts";

/** What the system says for a program that will not start next time either (errno(3)). */
const PERMANENT: Readonly<Record<string, string>> = {
  ENOENT: "was not found",
  ENOTDIR: "was not found: a part of its path is no folder",
  EACCES: "may not be executed",
  EPERM: "may not be executed",
  EISDIR: "is a folder",
  ENOEXEC: "is not a program for this machine",
  ELOOP: "was not found: its links lead in a circle",
  ENAMETOOLONG: "was not found: its path is too long",
  E2BIG: "cannot be started: its arguments and environment are too long together",
  ERR_INVALID_ARG_VALUE: "cannot be started: a zero byte is in its name, arguments, environment or working directory",
};

interface RefusedCommand {
  readonly command: string;
  readonly cwd: string | null;
  readonly runAs?: string | null;
}

/**
 * Why a program could not be started. COMMAND_NOT_FOUND is for good: nobody tries again before the operator has changed
 * something or a person asks. CONNECT_FAILED may pass by itself, such as too many open files.
 */
export function spawnFailure(error: unknown, { command, cwd, runAs }: RefusedCommand): AppError {
  const code = (error as NodeJS.ErrnoException).code ?? "unknown";
  if (code === "EPERM" && runAs != null) {
    const message = `the command "${command}" cannot run as "${runAs}": only a platform that runs as root can do that`;
    return new AppError("COMMAND_NOT_FOUND", message, { cause: error });
  }
  const permanent = PERMANENT[code];
  if (permanent === undefined)
    return new AppError("CONNECT_FAILED", `the command "${command}" could not be started (${code})`, { cause: error });
  const where = cwd === null || (code !== "ENOENT" && code !== "ENOTDIR") ? "" : ` (working directory ${cwd})`;
  return new AppError("COMMAND_NOT_FOUND", `the command "${command}" ${permanent}${where}`, { cause: error });
}
