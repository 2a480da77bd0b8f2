import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { Problem } from "../problem.ts";

export type ReadOutcome = { ok: true; bytes: Uint8Array; warnings: readonly Problem[] } | { ok: false; problem: Problem };

/** More than any configuration; the parser's own limit is below. */
const MAX_READ_BYTES = 4 * 1024 * 1024;
const WRITABLE_BY_OTHERS = 0o002;

/**
 * Reads a configuration file: regular files under a size only, so that a pipe, a directory or a disk image at its
 * place is a problem and no hang. Follows symbolic links, as Kubernetes mounts need it.
 */
export async function readConfigFile(file: string): Promise<ReadOutcome> {
  const problem = (code: Problem["code"], message: string, severity: Problem["severity"] = "error"): Problem => {
    return { severity, code, message, file, line: null, column: null, path: "", server: null };
  };
  try {
    // Without O_NONBLOCK a pipe nobody writes to would never open.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) return { ok: false, problem: problem("file-unreadable", "this is not a regular file") };
      if (stat.size > MAX_READ_BYTES) {
        return { ok: false, problem: problem("file-too-large", `the file has ${stat.size} bytes, more than ${MAX_READ_BYTES}`) };
      }
      const isOpen = (stat.mode & WRITABLE_BY_OTHERS) !== 0;
      const warning = problem(
        "file-writable",
        "everybody on this machine can write the file, and it can start programs",
        "warning",
      );
      return {
        ok: true,
        bytes: await handle.readFile(),
        warnings: isOpen ? [{ ...warning, suggestion: `chmod o-w ${file}` }] : [],
      };
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    const messages: Record<string, string> = {
      ENOENT: "there is no such file",
      EACCES: "the file may not be read",
      EISDIR: "this is a directory",
    };
    return { ok: false, problem: problem("file-unreadable", messages[code] ?? `the file cannot be read (${code})`) };
  }
}
