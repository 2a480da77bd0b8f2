import { AppError } from "../../errors/app-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { StopSignal } from "../../stop-signal.ts";
import { orAborted, startDeadline } from "../deadline.ts";
import { printable } from "../printable.ts";
import { ProtocolError, SdkHttpError } from "../sdk.ts";
import { fromMcpError } from "./from-mcp-error.ts";

export interface PagesOptions {
  /** The list's key in an answer, as `tools`. */
  field: string;
  clock: Clock;
  /** The end of the whole reading. */
  signal: StopSignal;
  maxEntries: number;
  /** After this no further page is asked for, or waited for. @default 15_000 */
  maxMs?: number;
}

export interface Pages {
  /** In the server's order; whatever was in the list. */
  entries: readonly unknown[];
  /** Why there may be more than this, in words for the log and for people; null when it is all. */
  cutShort: string | null;
}

/** Gets the cursor, undefined for the first page. */
type Ask = (cursor: string | undefined, signal: StopSignal) => Promise<Record<string, unknown>>;

interface Page {
  found: readonly unknown[];
  nextCursor: unknown;
}

const MAX_PAGES = 50;
const MAX_LIST_CHARS = 5 * 1024 * 1024;
const MAX_CURSOR_CHARS = 16 * 1024;

/**
 * Reads a list page by page. One that does not end is cut where it passes a limit: pages, entries, characters, time, or
 * a cursor that was there before; and one that goes wrong is cut there. What `ask` throws for the first page is thrown, and
 * what makes another try worth while.
 */
export async function readPages(ask: Ask, options: PagesOptions): Promise<Pages> {
  const { field, clock, signal, maxEntries, maxMs = 15_000 } = options;
  const entries: unknown[] = [];
  const cursors = new Set<string>();
  const startedAt = clock.steady();
  const leftMs = () => maxMs - (clock.steady() - startedAt);
  let chars = 0;
  const cut = (why: string): Pages => ({ entries, cutShort: `the server's list of ${field} ${why}; the rest is left out` });
  const tooSlow = () => cut(`takes longer than ${maxMs / 1_000} s`);
  const pageAt = async (cursor: string | undefined, within: StopSignal): Promise<Page> => {
    const { [field]: found, nextCursor } = await ask(cursor, within);
    if (!Array.isArray(found)) throw new AppError("PROTOCOL_ERROR", `the server's list of ${field} is not a list`);
    return { found, nextCursor };
  };
  let page = await pageAt(undefined, signal);
  for (;;) {
    for (const entry of page.found) {
      if (entries.length >= maxEntries) return cut(`has more than ${maxEntries} entries`);
      chars += JSON.stringify(entry).length;
      if (chars > MAX_LIST_CHARS) return cut(`is longer than ${MAX_LIST_CHARS} characters`);
      entries.push(entry);
    }
    const { nextCursor } = page;
    // An empty one names no page: some servers write their "none" like this.
    if (typeof nextCursor !== "string" || nextCursor === "") return { entries, cutShort: null };
    if (cursors.has(nextCursor)) return cut("comes back to a page that was read");
    if (nextCursor.length > MAX_CURSOR_CHARS) return cut("has a cursor that is too long");
    cursors.add(nextCursor);
    if (cursors.size >= MAX_PAGES) return cut(`has more than ${MAX_PAGES} pages`);
    if (leftMs() <= 0) return tooSlow();
    const deadline = startDeadline({ clock, timeoutMs: leftMs(), code: "CALL_TIMEOUT", signal });
    try {
      page = await orAborted(pageAt(nextCursor, deadline.signal), deadline.signal);
    } catch (error) {
      if (signal.aborted) throw error;
      if (deadline.signal.aborted) return tooSlow();
      const why = wordsOfAnswer(error);
      if (why === null) throw error;
      return cut(`cannot be read after page ${cursors.size} (${why})`);
    } finally {
      deadline.clear();
    }
  }
}

/** What the server has said instead of a page; null for what may be different the next time. */
function wordsOfAnswer(error: unknown): string | null {
  const { code, message, isEndpointDown } = fromMcpError(error, { phase: "connect" });
  if (error instanceof SdkHttpError) return code === "CONNECT_FAILED" && !isEndpointDown ? `HTTP ${error.status}` : null;
  if (code !== "PROTOCOL_ERROR" && code !== "RESULT_TOO_LARGE" && code !== "NOT_AN_MCP_SERVER") return null;
  return error instanceof ProtocolError ? printable(error.message, 200) : message;
}
