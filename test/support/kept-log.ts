import { createLogger } from "../../api/logging/logger.ts";
import type { Logger } from "../../api/ports/logger.ts";

const LEVELS = { debug: 20, info: 30, warn: 40, error: 50 } as const;

export type LogLine = Record<string, unknown> & { level: number; msg: string };

/** The real logger, its lines kept in memory. */
export function keptLog(): { logger: Logger; lines(level?: keyof typeof LEVELS): LogLine[] } {
  const kept: LogLine[] = [];
  const destination = { write: (line: string) => void kept.push(JSON.parse(line) as LogLine) };
  return {
    logger: createLogger({ level: "debug", destination }),
    lines: (level) => kept.filter((line) => level === undefined || line.level === LEVELS[level]),
  };
}
