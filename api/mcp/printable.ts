import { withoutTerminalCodes } from "../logging/terminal-codes.ts";

/** A server's words, fit for a log line and a toast: one line, bounded. */
export function printable(text: string, maxChars = 500): string {
  const oneLine = withoutTerminalCodes(text.slice(0, 4 * maxChars))
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .trim();
  return oneLine.length > maxChars ? `${oneLine.slice(0, maxChars)}…` : oneLine;
}
