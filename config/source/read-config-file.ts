import { constants } from "node:fs";
import { open, realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Problem } from "../problem.ts";

export type ReadOutcome = { ok: true; bytes: Uint8Array; warnings: readonly Problem[] } | { ok: false; problem: Problem };

/** More than any configuration; the parser's own limit is below. */
const MAX_READ_BYTES = 4 * 1024 * 1024;
const WRITABLE_BY_OTHERS = 0o002;
/** In such a folder nobody replaces what is another's. */
const STICKY = 0o1000;

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
      const held = await handle.stat();
      if (!held.isFile()) return { ok: false, problem: problem("file-unreadable", "this is not a regular file") };
      if (held.size > MAX_READ_BYTES) {
        return { ok: false, problem: problem("file-too-large", `the file has ${held.size} bytes, more than ${MAX_READ_BYTES}`) };
      }
      const folder = dirname(await realpath(file));
      const { mode } = await stat(folder);
      const warn = (what: string, place: string): Problem => ({
        ...problem("file-writable", `everybody on this machine can ${what}, and it can start programs`, "warning"),
        suggestion: `chmod o-w ${place}`,
      });
      const warnings: Problem[] = [];
      if ((held.mode & WRITABLE_BY_OTHERS) !== 0) warnings.push(warn("write the file", file));
      if ((mode & (WRITABLE_BY_OTHERS | STICKY)) === WRITABLE_BY_OTHERS)
        warnings.push(warn("put another file in its place", folder));
      return { ok: true, bytes: await handle.readFile(), warnings };
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
