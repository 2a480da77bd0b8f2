import { StringDecoder } from "node:string_decoder";
import { hiddenSecrets } from "../../logging/hidden-secrets.ts";
import { withoutTerminalCodes } from "../../logging/terminal-codes.ts";

const MAX_CHARS = 64 * 1024;

/** The last of what a program wrote to stderr, with this connection's secrets taken out, and what terminals would obey. */
export interface StderrRing {
  push(chunk: Buffer): void;
  text(): string;
}

export function stderrRing(secrets: readonly string[]): StderrRing {
  const hidden = hiddenSecrets(secrets);
  const decoder = new StringDecoder("utf8");
  let kept = "";
  return {
    push(chunk) {
      kept += decoder.write(chunk);
      if (kept.length > 2 * MAX_CHARS) kept = hidden.tail(kept, MAX_CHARS);
    },
    // Codes first: taken out later, they would close up a secret that they stood in the middle of.
    text: () => hidden.clean(withoutTerminalCodes(hidden.tail(kept, MAX_CHARS))),
  };
}
