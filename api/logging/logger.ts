import { type DestinationStream, type Logger as Pino, pino, stdSerializers } from "pino";
import type { Logger } from "../ports/logger.ts";
import { withoutSecretFields } from "./secret-fields.ts";

/** One JSON line an event on stdout (or `destination`), secrets cut out by name. */
export function createLogger({ level = "info", destination }: { level?: string; destination?: DestinationStream } = {}): Logger {
  const options = {
    level,
    base: null,
    formatters: { log: withoutSecretFields },
    serializers: { err: (error: Error) => withoutSecretFields(stdSerializers.err(error)) },
  };
  return asLogger(destination === undefined ? pino(options) : pino(options, destination));
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
