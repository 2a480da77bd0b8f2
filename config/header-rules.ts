import type { Encode } from "./fill.ts";

/** A header's name by RFC 9110. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** These belong to HTTP and to MCP itself; a configured value would break a request or a session. */
const PROTOCOL_HEADERS =
  /^(host|content-length|content-type|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|accept|last-event-id|mcp-session-id|mcp-protocol-version|mcp-method|mcp-name|proxy-.*)$/i;
const MAX_VALUE_CHARACTERS = 8 * 1024;
/** Tokens of OpenID and Graph carry group lists and grow larger than what people type. */
const MAX_TOKEN_CHARACTERS = 32 * 1024;

export function isHeaderName(name: string): boolean {
  return TOKEN.test(name) && name !== "__proto__";
}

export function isProtocolHeader(name: string): boolean {
  return PROTOCOL_HEADERS.test(name);
}

/** Tab, and everything from blank to U+00FF but the control characters. */
export function isHeaderText(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

/** Text beyond Latin-1 travels as `b64:` and the base64 of its UTF-8 bytes; control characters do not travel. */
export const forHeader: Encode = (value, { family }) => {
  const limit = family === "openid" || family === "graph" ? MAX_TOKEN_CHARACTERS : MAX_VALUE_CHARACTERS;
  if (value.length > limit) return null;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) return null;
  return isHeaderText(value) ? value : `b64:${Buffer.from(value, "utf8").toString("base64")}`;
};
