import type { Template } from "../types.ts";
import type { Encode, Placeholder } from "./fill.ts";

/** A header's name by RFC 9110. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** These belong to HTTP and to MCP itself; a configured value would break a request or a session. */
const PROTOCOL_HEADERS =
  /^(host|content-length|content-type|content-encoding|transfer-encoding|connection|keep-alive|upgrade|http2-settings|te|trailer|expect|accept|last-event-id|dpop|mcp-session-id|mcp-protocol-version|mcp-method|mcp-name|mcp-param-.*|proxy-.*|sec-websocket-.*)$/i;
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

/** Does the whole of it fit, however often a value stands in it? Tokens may be as long as they are alone, once more. */
export function fitsHeader(value: string, { segments }: Template): boolean {
  const holdsToken = segments.some((segment) => segment.kind === "placeholder" && isToken(segment));
  return value.length <= MAX_VALUE_CHARACTERS + (holdsToken ? MAX_TOKEN_CHARACTERS : 0);
}

/** Text beyond Latin-1 travels as `b64:` and the base64 of its UTF-8 bytes; control characters do not travel. */
export const forHeader: Encode = (value, placeholder) => {
  if (value.length > (isToken(placeholder) ? MAX_TOKEN_CHARACTERS : MAX_VALUE_CHARACTERS)) return null;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) return null;
  return isHeaderText(value) ? value : `b64:${Buffer.from(value, "utf8").toString("base64")}`;
};

function isToken({ family }: Placeholder): boolean {
  return family === "openid" || family === "graph";
}
