import type { Problem } from "../problem.ts";
import { lineIndex } from "./positions.ts";

export type Decoded = { ok: true; text: string } | { ok: false; problem: Problem };

/** Bytes of a file to text. Only UTF-8, with or without a byte order mark, and only up to a size. */
export function decodeText(input: string | Uint8Array, file: string, maxBytes: number): Decoded {
  const size = typeof input === "string" ? Buffer.byteLength(input) : input.byteLength;
  const refuse = (code: Problem["code"], message: string, extra: Partial<Problem>): Decoded => ({
    ok: false,
    problem: { severity: "error", code, message, file, line: null, column: null, path: "", server: null, ...extra },
  });
  if (size > maxBytes) {
    return refuse("file-too-large", "the file is too large to be a configuration", {
      expected: `at most ${maxBytes} bytes`,
      found: `${size} bytes`,
    });
  }
  if (typeof input === "string") return { ok: true, text: input.replace(/^\uFEFF/, "") };
  try {
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true }).decode(input) };
  } catch {
    // The strict decoder does not say where it stopped; the lenient one leaves a mark there.
    const marked = new TextDecoder().decode(input);
    return refuse("not-utf8", "the file is not UTF-8 text", {
      ...lineIndex(marked)(Math.max(0, marked.indexOf("\uFFFD"))),
      expected: "UTF-8",
      found: describeEncoding(input),
      suggestion: "save the file as UTF-8 in your editor",
    });
  }
}

function describeEncoding([first, second]: Uint8Array): string {
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return "UTF-16";
  return "bytes that are not UTF-8";
}
