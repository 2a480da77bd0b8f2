import type { Server } from "node:http";
import { SettingRefused } from "./settings.ts";
import { StartRefused } from "./storage/start-refused.ts";

/** Opens the port. Throws SettingRefused when it cannot be had. */
export function listen(http: Server, { port, host }: { port: number; host: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once("error", (error: NodeJS.ErrnoException) => {
      const why: Record<string, string> = {
        EADDRINUSE: `Port ${port} is in use by another program. Set PORT to a free one.`,
        EACCES: `Port ${port} may not be used by this user. Set PORT to one above 1023.`,
        EADDRNOTAVAIL: `HOST ${host} is no address of this machine.`,
        ENOTFOUND: `HOST ${host} is not known.`,
      };
      reject(new SettingRefused(why[error.code ?? ""] ?? `The port could not be opened: ${error.message}`));
    });
    http.listen(port, host, resolve);
  });
}

const UNWRITABLE = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "ENOSPC", "EDQUOT"]);

/** Why the process does not start, in one block for people. */
export function startRefusal(error: unknown): string {
  if (error instanceof StartRefused) return `\nPatchbay does not start (${error.code}).\n${error.message}\n${error.next}\n`;
  if (error instanceof SettingRefused) return `\nPatchbay does not start.\n${error.message}\n`;
  const { code = "", path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (path !== undefined && (UNWRITABLE.has(code) || syscall === "mkdir"))
    return `\nPatchbay does not start.\n${path} cannot be written (${code}).\nAll it writes is in one folder: set DATA_DIR to one that it may write to.\n`;
  return `\nPatchbay does not start.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
}
