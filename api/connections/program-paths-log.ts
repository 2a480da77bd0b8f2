import type { ServerConfig } from "../../config/types.ts";
import type { Logger } from "../ports/logger.ts";

/** Says of programs that were written as relative paths where they are looked for. */
export function logProgramPaths(logger: Pick<Logger, "info">, servers: Iterable<ServerConfig>): void {
  for (const { name, target } of servers) {
    if (target.kind !== "stdio" || target.command === target.commandAsWritten) continue;
    const { commandAsWritten: written, command } = target;
    logger.info({ server: name, written, command }, "a program with a relative path is the one below the configuration's folder");
  }
}
