import { AppError } from "../errors/app-error.ts";

/** No text of JavaScript is longer. */
const MAX_TEXT_BYTES = 512 * 1024 * 1024;

/**
 * Reads a body whole as text; throws RESULT_TOO_LARGE where it passes the limit, and reads no further. What was held is
 * given back at once and not when somebody tidies up: many large bodies in a row cost no more than one.
 */
export async function collected(body: AsyncIterable<Uint8Array>, limitBytes: number): Promise<string> {
  const maxBytes = Math.min(limitBytes, MAX_TEXT_BYTES);
  const held = new ArrayBuffer(0, { maxByteLength: maxBytes });
  try {
    for await (const chunk of body) {
      const at = held.byteLength;
      if (at + chunk.length > maxBytes) throw new AppError("RESULT_TOO_LARGE", `the server sent more than ${maxBytes} bytes`);
      held.resize(at + chunk.length);
      new Uint8Array(held, at).set(chunk);
    }
    return new TextDecoder().decode(new Uint8Array(held));
  } finally {
    held.resize(0);
  }
}
