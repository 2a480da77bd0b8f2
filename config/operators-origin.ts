import type { Template } from "./types.ts";

/**
 * Does the operator alone decide on scheme, host and port of this address from their file? Reads up to the first `/`,
 * `?` or `#` behind `scheme://`; an `${ENV}` that holds the whole address is the operator's as well.
 */
export function isOperatorsOrigin({ segments }: Template): boolean {
  let text = "";
  for (const segment of segments) {
    if (segment.kind === "placeholder" && segment.family !== "env") return false;
    text += segment.kind === "text" ? segment.text : "";
    if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*[/?#]/i.test(text)) return true;
  }
  return true;
}
