import type { ResolvedTarget } from "../../config/templates/resolved.ts";
import { lineBudget } from "../logging/line-budget.ts";
import { redactingLog } from "../logging/redacting-log.ts";
import { secretsIn } from "../mcp/stdio/program-environment.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { WriteStderr } from "./stderr-log.ts";

const MAX_STDERR_CHARS = 2_000;

/** What is written down about one attempt to connect, and about the session that came of it. */
export interface ConnectionLog {
  unusual(message: string): void;
  failed(error: unknown, stderr: string | null): void;
  /** What its program wrote to stderr; how much of that is not for this room to judge. */
  wrote: WriteStderr;
}

/** Lines about connections: without the secrets they were opened with, and no more of them than can be read. */
export function connectionLogs({ logger, clock }: { logger: Logger; clock: Clock }) {
  const budget = lineBudget({ clock });
  return (about: { server: string; userId: string }, target: ResolvedTarget): ConnectionLog => {
    const log = redactingLog(logger.child(about), secretsOf(target));
    const warn = (fields: object, message: string) => {
      const said = budget(about.server);
      if (said.say) log.warn(said.unsaid === 0 ? fields : { ...fields, unsaid: said.unsaid }, message);
    };
    return {
      unusual: (detail) => warn({ detail }, "the MCP server did something unusual"),
      wrote: (stderr, unsaidBytes) =>
        log.info(unsaidBytes === 0 ? { stderr } : { stderr, unsaidBytes }, "the MCP server's program wrote to stderr"),
      failed: (err, stderr) =>
        warn({ err, stderr: stderr?.slice(-MAX_STDERR_CHARS) || undefined }, "the MCP server could not be connected"),
    };
  };
}

/** Every value that may have been filled in. */
function secretsOf(target: ResolvedTarget): string[] {
  if (target.kind === "stdio") return secretsIn(target);
  const { username, password, searchParams } = new URL(target.url);
  const headers = Object.values(target.headers).flatMap((value) => [value, ...value.split(" ")]);
  const inUrl = [username, password, ...searchParams.values()];
  return [...(target.filled ?? []), ...headers, ...inUrl, ...(target.proxy === null ? [] : [new URL(target.proxy).password])];
}
