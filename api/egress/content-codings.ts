import { PassThrough, type Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createInflate, createInflateRaw, createUnzip } from "node:zlib";
import type { Head } from "./incoming.ts";

/** As many as undici's fetch takes: whoever packs more often wants us to work. */
const MAX_CODINGS = 5;

const DECODERS: ReadonlyMap<string, (packed: Readable) => Readable> = new Map([
  ["gzip", (packed) => through(packed, createUnzip())],
  ["x-gzip", (packed) => through(packed, createUnzip())],
  ["br", (packed) => through(packed, createBrotliDecompress())],
  ["deflate", inflated],
  ["identity", (body) => body],
]);

/**
 * What the server has packed, unpacked, the last coding first; what it calls by a name we do not know, as it came (RFC
 * 9110, 8.4). Throws for too many of them.
 */
export function decoded(body: Readable, { "content-encoding": told }: Head["headers"]): Readable {
  if (told === undefined) return body;
  const codings = String(told).split(",", MAX_CODINGS + 1);
  if (codings.length > MAX_CODINGS) {
    body.destroy();
    throw new Error(`the answer is packed more than ${MAX_CODINGS} times`);
  }
  const decoders = codings.map((coding) => DECODERS.get(coding.trim().toLowerCase()));
  if (!decoders.every((decoder) => decoder !== undefined)) return body;
  return decoders.reduceRight((packed, decoder) => decoder(packed), body);
}

/** One fails with the other, and goes with it. */
function through(packed: Readable, decoder: Transform): Readable {
  packed.on("error", (error) => decoder.destroy(error));
  decoder.on("close", () => packed.destroy());
  return packed.pipe(decoder);
}

/** Some servers leave out the wrapping that `deflate` means (RFC 9110, 8.4.1.2): the first byte tells. */
function inflated(packed: Readable): Readable {
  const unpacked = new PassThrough();
  packed.on("error", (error) => unpacked.destroy(error));
  packed.once("readable", () => {
    const first = packed.read(1) as Buffer | null;
    if (first !== null) packed.unshift(first);
    through(through(packed, ((first?.[0] ?? 8) & 0x0f) === 8 ? createInflate() : createInflateRaw()), unpacked);
  });
  return unpacked.on("close", () => packed.destroy());
}
