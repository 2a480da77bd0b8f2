import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";

export interface PagesOptions {
  /** The list's key in an answer, as `tools`. */
  field: string;
  clock: Clock;
  maxEntries: number;
  /** No further page is asked for after this. @default 15_000 */
  maxMs?: number;
}

export interface Pages {
  /** In the server's order; whatever was in the list. */
  entries: readonly unknown[];
  /** Why there may be more than this, in words for the log and for people; null when it is all. */
  cutShort: string | null;
}

const MAX_PAGES = 50;
const MAX_LIST_CHARS = 5 * 1024 * 1024;
const MAX_CURSOR_CHARS = 16 * 1024;

/**
 * Reads a list page by page. One that does not end is cut where it passes a limit: pages, entries, characters, time, or
 * a cursor that was there before. `ask` gets the cursor, undefined for the first page; what it throws is thrown.
 */
export async function readPages(
  ask: (cursor: string | undefined) => Promise<Record<string, unknown>>,
  { field, clock, maxEntries, maxMs = 15_000 }: PagesOptions,
): Promise<Pages> {
  const entries: unknown[] = [];
  const cursors = new Set<string>();
  const startedAt = clock.now();
  let chars = 0;
  let cursor: string | undefined;
  const cut = (why: string): Pages => ({ entries, cutShort: `the server's list of ${field} ${why}; the rest is left out` });
  for (;;) {
    const answer = await ask(cursor);
    const found = answer[field];
    if (!Array.isArray(found)) throw new AppError("PROTOCOL_ERROR", `the server's list of ${field} is not a list`);
    for (const entry of found) {
      if (entries.length >= maxEntries) return cut(`has more than ${maxEntries} entries`);
      chars += JSON.stringify(entry).length;
      if (chars > MAX_LIST_CHARS) return cut(`is longer than ${MAX_LIST_CHARS} characters`);
      entries.push(entry);
    }
    const { nextCursor } = answer;
    if (typeof nextCursor !== "string") return { entries, cutShort: null };
    if (cursors.has(nextCursor)) return cut("comes back to a page that was read");
    if (nextCursor.length > MAX_CURSOR_CHARS) return cut("has a cursor that is too long");
    cursors.add(nextCursor);
    cursor = nextCursor;
    if (cursors.size >= MAX_PAGES) return cut(`has more than ${MAX_PAGES} pages`);
    if (clock.now() - startedAt >= maxMs) return cut(`takes longer than ${maxMs / 1_000} s`);
  }
}
