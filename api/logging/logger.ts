import { type DestinationStream, pino } from "pino";
import type { Logger } from "../ports/logger.ts";

/** Fields that must never be written, wherever they stand. */
const SECRET_FIELDS = ["authorization", "cookie", "password", "token", "secret", "set-cookie", "currentPassword", "newPassword"];

/** One JSON line an event on stdout (or `destination`), secrets cut out by name. */
export function createLogger({ level = "info", destination }: { level?: string; destination?: DestinationStream } = {}): Logger {
  const paths = SECRET_FIELDS.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `headers["${name}"]`, `*.headers["${name}"]`]);
  const options = { level, base: null, redact: { paths, censor: "***" } };
  return destination === undefined ? pino(options) : pino(options, destination);
}
