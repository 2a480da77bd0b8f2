import type { Template } from "../types.ts";

/** What an `${ENV}` holds is not looked at here. It may be a part of an address, or all of it up to the path. */
const ENV = "$";
const WHOLE_ORIGIN = /^(?:[a-z$][a-z0-9+.$-]*:\/\/[^/?#]*[/?#]|\$[^/?#]*(?:[?#]|\/(?!\/)))/i;

/**
 * Does the operator alone decide on scheme, host and port of this address from their file? Reads up to the first `/`,
 * `?` or `#` behind `scheme://`, or behind an `${ENV}` that begins the address; one that holds it all is the operator's too.
 */
export function isOperatorsOrigin({ segments }: Template): boolean {
  let text = "";
  for (const segment of segments) {
    if (segment.kind === "placeholder" && segment.family !== "env") return false;
    text += segment.kind === "text" ? segment.text : ENV;
    if (WHOLE_ORIGIN.test(text)) return true;
  }
  return true;
}
