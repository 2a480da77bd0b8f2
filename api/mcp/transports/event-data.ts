import { isRecord } from "../anything.ts";
import { membersOf } from "../guards/batch.ts";
import type { GuardableTransport } from "../guards/guarded-transport.ts";
import { NotJsonRpc } from "../own-answer.ts";
import { parseJSONRPCMessage } from "../sdk.ts";

/**
 * Looks at what the SDK would take no notice of, in every event stream: a batch becomes an event for each of its
 * messages; an answer that is none is told to the guard, so that nobody waits for a better one. Null takes an event out.
 */
export function eventCheck(transport: () => GuardableTransport): (event: string) => string | null {
  const passes = (event: string) => {
    if (transport().admits?.(event) === false) return null;
    const broken = brokenAnswer(event);
    if (broken === null) return event;
    transport().onerror?.(new NotJsonRpc(broken));
    return null;
  };
  return (event) => {
    const members = startsBatch(event) ? membersOf(parsed(dataOf(event))) : null;
    if (members === null) return passes(event);
    const fields = linesOf(event).filter((line) => line !== "" && !line.startsWith("data:"));
    const each = members.map((member) => passes([...fields, `data: ${JSON.stringify(member)}`].join("\n")));
    return each.filter((kept) => kept !== null).join("\n\n") || null;
  };
}

/** Is its data an array, as far as can be seen? */
export function startsBatch(event: string): boolean {
  const at = event.indexOf("data:");
  return at >= 0 && (event[at + 5] === "[" || (event[at + 5] === " " && event[at + 6] === "["));
}

/** What an event says that was meant to answer a request and that the SDK will not take; null for everything else. */
function brokenAnswer(event: string): Record<string, unknown> | null {
  // By far the most of what comes before an answer; it is not worth a second parse.
  if (event.startsWith('data: {"jsonrpc":"2.0","method":"')) return null;
  const data = dataOf(event);
  const value = parsed(data.replace(/^\ufeff/, ""));
  if (!isRecord(value) || value.method !== undefined) return null;
  if (typeof value.id !== "string" && typeof value.id !== "number") return null;
  return data.startsWith("\ufeff") || !isAnswer(value) ? value : null;
}

function isAnswer(value: Record<string, unknown>): boolean {
  try {
    parseJSONRPCMessage(value);
    return true;
  } catch {
    return false;
  }
}

function dataOf(event: string): string {
  const lines = linesOf(event).filter((line) => line.startsWith("data:"));
  return lines.map((line) => line.slice(line.startsWith("data: ") ? 6 : 5)).join("\n");
}

function linesOf(event: string): string[] {
  return event.split(/\r\n|\r|\n/);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
