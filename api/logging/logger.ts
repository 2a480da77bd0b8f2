import { type DestinationStream, type Logger as Pino, pino, stdSerializers } from "pino";
import type { Logger } from "../ports/logger.ts";
import { plainFields, withoutSecretFields } from "./secret-fields.ts";

const LEVELS = { debug: 20, info: 30, warn: 40, error: 50 } as const;
type Level = keyof typeof LEVELS;

/** One JSON line an event on stdout (or `destination`), secrets cut out by name. */
export function createLogger({
  level = "info",
  destination = pino.destination(1),
}: {
  level?: string;
  destination?: DestinationStream;
} = {}): Logger {
  const options = {
    level,
    base: null,
    formatters: { log: withoutSecretFields },
    serializers: { err: (error: Error) => withoutSecretFields(stdSerializers.err(error)) },
  };
  const inner = pino(options, destination);
  // By hand where it can be: there is a line for every request, and pino's general way takes several times as long.
  const at = (name: Level) => (fields: object, message: string) => {
    if (!inner.isLevelEnabled(name)) return;
    const more = plainFields(fields);
    if (more === null) return inner[name](fields, message);
    destination.write(`{"level":${LEVELS[name]},"time":${Date.now()}${more},"msg":${JSON.stringify(message)}}\n`);
  };
  return { ...asLogger(inner), debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** What a child carries does not go through pino's formatters. */
function asLogger(inner: Pino): Logger {
  return {
    debug: (fields, message) => inner.debug(fields, message),
    info: (fields, message) => inner.info(fields, message),
    warn: (fields, message) => inner.warn(fields, message),
    error: (fields, message) => inner.error(fields, message),
    child: (fields) => asLogger(inner.child(withoutSecretFields(fields))),
  };
}
