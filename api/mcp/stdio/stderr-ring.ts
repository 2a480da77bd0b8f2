import { StringDecoder } from "node:string_decoder";
import { withoutTerminalCodes } from "../../logging/terminal-codes.ts";

const MAX_CHARS = 64 * 1024;

/** The last of what a program wrote to stderr, with this connection's secrets taken out, and what terminals would obey. */
export interface StderrRing {
  push(chunk: Buffer): void;
  text(): string;
}

export function stderrRing(secrets: readonly string[]): StderrRing {
  // Short values would blank out ordinary words; a secret that short protects nothing.
  const hidden = secrets.filter((secret) => secret.length >= 6);
  const decoder = new StringDecoder("utf8");
  let kept = "";
  return {
    push(chunk) {
      kept += decoder.write(chunk);
      if (kept.length > 2 * MAX_CHARS) kept = kept.slice(-MAX_CHARS);
    },
    // Codes first: taken out later, they would close up a secret that they stood in the middle of.
    text: () => hidden.reduce((text, secret) => text.replaceAll(secret, "***"), withoutTerminalCodes(kept.slice(-MAX_CHARS))),
  };
}
