/** Shorter texts are as quick either way. */
const LONG_CHARS = 1_024;
/** A look that takes longer than this is not worth it. */
const MAX_LOOKS = 64;
/** What JSON does not write as it is (RFC 8259, 7), the likeliest first. */
const ESCAPED: readonly string[] = ["\n", '"', "\\", ...Array.from({ length: 32 }, (_, code) => String.fromCharCode(code))];

/**
 * The same text as JSON.stringify gives for parsed JSON, in a quarter of the time where long texts need no escapes, as files
 * and pictures in base64 do not: JSON.stringify goes through them letter by letter, a search does not. `where`: the part
 * that may hold such a text.
 */
export function asJson(value: unknown, where = value): string {
  return someLong(where, any) ? written(value) : JSON.stringify(value);
}

/** One text, as `asJson`. */
export function textAsJson(text: string): string {
  if (text.length < LONG_CHARS) return JSON.stringify(text);
  if (seen.texts.includes(text)) return `"${text}"`;
  const mustEscape = !text.isWellFormed() || ESCAPED.some((each) => text.includes(each));
  return mustEscape ? JSON.stringify(text) : `"${text}"`;
}

/** As JSON.parse, and remembers the long texts that need no escapes: what comes in is most likely passed on. */
export function fromJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // Whatever must be escaped has been, by a backslash; but for halves of a pair, which no UTF-8 holds.
  if (text.length >= LONG_CHARS && !text.includes("\\") && text.isWellFormed()) someLong(value, remember);
  return value;
}

/** The last of them, as many as may be on their way at a time; a few MiB at most. */
const MAX_SEEN = 64;
const MAX_SEEN_CHARS = 64 * 1_024;
const seen: { texts: string[]; next: number } = { texts: [], next: 0 };

/** Wants none of them: all are gone through. */
function remember(text: string): boolean {
  if (text.length <= MAX_SEEN_CHARS) {
    seen.texts[seen.next] = text;
    seen.next = (seen.next + 1) % MAX_SEEN;
  }
  return false;
}

/** Is there a long text that is `wanted`, within so many looks? */
function someLong(value: unknown, wanted: (text: string) => boolean, looks = { left: MAX_LOOKS }): boolean {
  if (typeof value === "string") return value.length >= LONG_CHARS && wanted(value);
  if (typeof value !== "object" || value === null) return false;
  for (const each of Object.values(value)) {
    looks.left -= 1;
    if (looks.left < 0) return false;
    if (someLong(each, wanted, looks)) return true;
  }
  return false;
}

const any = () => true;

/** Put together bit by bit and not joined: then a long text is copied once, at the end. */
function written(value: unknown): string {
  if (typeof value === "string") return textAsJson(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  let text = "";
  if (Array.isArray(value)) {
    for (const each of value) text += `${text === "" ? "" : ","}${each === undefined ? "null" : asJson(each)}`;
    return `[${text}]`;
  }
  for (const [key, each] of Object.entries(value))
    if (each !== undefined) text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${asJson(each)}`;
  return `{${text}}`;
}
