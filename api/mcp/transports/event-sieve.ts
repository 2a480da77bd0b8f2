import { startsBatch } from "./event-data.ts";

export interface SieveOptions {
  /** What becomes of each event that is short enough to be looked at, given without the empty line at its end; null takes it out. */
  passes: (event: string) => string | null;
  /** What becomes of the id of each event. */
  ids?: (id: string) => string;
}

const MAX_LOOKED_AT = 64 * 1024;
/** An empty line, whichever line ends stand before and behind it (HTML, 9.2.5: CRLF, LF and CR may be mixed). */
const EVENT_END = /(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)/;
/** As long as an event's end that is not complete. */
const TAIL_CHARS = 3;
const ID_LINE = /(^\ufeff?|[\r\n])id: ?([^\r\n]*)/g;

/**
 * Cuts a stream into events and puts together what becomes of them. One longer than `MAX_LOOKED_AT` passes as it comes,
 * unless it is a batch. An id that cannot be sent back in a header counts as none.
 */
export function eventSieve({ passes, ids = (id) => id }: SieveOptions) {
  const decoder = new TextDecoder("utf8", { ignoreBOM: true });
  /** The event that has not ended, but for its last characters: those are looked at again with what comes. */
  let held = "";
  let tail = "";
  let length: "short" | "passing" | "whole" = "short";

  const withIds = (event: string) =>
    event.includes("id:")
      ? event.replace(
          ID_LINE,
          (_, before: string, id: string) => `${before}${/^[\x20-\x7e]*$/.test(id) ? `id: ${ids(id)}` : ":"}`,
        )
      : event;
  const ended = (event: string): string | null => {
    const became = length === "passing" ? event : passes(withIds(event));
    length = "short";
    return became;
  };
  return {
    push(chunk: Uint8Array): { text: string; tookOut: boolean } {
      const parts = (tail + decoder.decode(chunk, { stream: true })).split(EVENT_END);
      const rest = parts.pop() ?? "";
      let kept = "";
      let tookOut = false;
      for (const part of parts) {
        const became = ended(held + part);
        held = "";
        if (became === null) tookOut = true;
        else kept += `${became}\n\n`;
      }
      held += rest.slice(0, -TAIL_CHARS);
      tail = rest.slice(-TAIL_CHARS);
      if (length === "short" && held.length > MAX_LOOKED_AT) {
        length = startsBatch(held) ? "whole" : "passing";
        if (length === "passing") held = withIds(held);
      }
      if (length === "passing") {
        kept += held;
        held = "";
      }
      return { text: kept, tookOut };
    },
    rest: () => held + tail + decoder.decode(),
  };
}
