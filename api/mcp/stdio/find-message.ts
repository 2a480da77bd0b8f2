import { NotJson, NotJsonRpc } from "../own-answer.ts";
import { type JSONRPCMessage, parseJSONRPCMessage } from "../sdk.ts";

const BYTE_ORDER_MARK = "\ufeff";
/** How often a line that begins with something else is looked at again for a message behind it. */
const MAX_TRIES = 4;

/**
 * The message in one line a program wrote; null when there is none, which `malformed` is told. What programs print without
 * ending their line stands in front of the next message: it is cut off, the message counts.
 */
export function findMessage(line: string, malformed: (error: Error) => void): JSONRPCMessage | null {
  const text = line.startsWith(BYTE_ORDER_MARK) ? line.slice(1) : line;
  if (text.trim() === "") return null;
  const whole = text.startsWith("{") || text.startsWith("[") ? parsed(text) : undefined;
  if (whole !== undefined) return asMessage(whole, malformed);
  for (let tries = 0, at = text.indexOf('{"', 1); at > 0 && tries < MAX_TRIES; tries += 1, at = text.indexOf('{"', at + 1)) {
    const value = parsed(text.slice(at));
    if (value === undefined) continue;
    malformed(new NotJson());
    return asMessage(value, malformed);
  }
  malformed(/^[{[]/.test(text) ? new NotJsonRpc(undefined) : new NotJson());
  return null;
}

function asMessage(value: unknown, malformed: (error: Error) => void): JSONRPCMessage | null {
  try {
    return parseJSONRPCMessage(value);
  } catch {
    malformed(new NotJsonRpc(value));
    return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
