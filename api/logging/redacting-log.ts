import type { Logger } from "../ports/logger.ts";
import { type HiddenSecrets, hiddenSecrets } from "./hidden-secrets.ts";
import { withoutTerminalCodes } from "./terminal-codes.ts";

const CENSORED = "***";
const MAX_DEPTH = 6;

/**
 * A logger for one connection: its secrets are cut out of whatever is said about it, errors and their causes included, and
 * so is what a terminal would obey.
 */
export function redactingLog(logger: Logger, secrets: readonly string[]): Logger {
  return logWithout(logger, hiddenSecrets(secrets));
}

function logWithout(logger: Logger, hidden: HiddenSecrets): Logger {
  const clean = (text: string) => hidden.clean(withoutTerminalCodes(text));

  const cleaned = (value: unknown, depth = 0): unknown => {
    if (typeof value === "string") return clean(value);
    if (typeof value !== "object" || value === null) return value;
    if (depth >= MAX_DEPTH) return CENSORED;
    if (Array.isArray(value)) return value.map((each) => cleaned(each, depth + 1));
    const own = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, cleaned(each, depth + 1)]));
    if (!(value instanceof Error)) return own;
    // Of the same class, because that is what the log tells as its type.
    const { message, stack, cause } = value;
    const more = cause === undefined ? {} : { cause: cleaned(cause, depth + 1) };
    return Object.assign(
      Object.create(Object.getPrototypeOf(value)),
      own,
      { message: clean(message), stack: clean(stack ?? "") },
      more,
    );
  };

  const at = (level: "debug" | "info" | "warn" | "error") => (fields: object, message: string) =>
    logger[level](cleaned(fields) as object, clean(message));
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (fields) => logWithout(logger.child(cleaned(fields) as Record<string, unknown>), hidden),
  };
}
