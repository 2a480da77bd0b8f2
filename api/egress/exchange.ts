import { Readable } from "node:stream";
import { createBrotliDecompress, createInflate, createUnzip } from "node:zlib";
import type { Dispatcher } from "undici";
import { AppError } from "../errors/app-error.ts";
import { type BodyCaps, capBody } from "./body-cap.ts";
import { collected } from "./collected.ts";
import { markNotSent } from "./unsent.ts";

export interface Exchange {
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal | null;
}

/**
 * One POST whose answer is most likely one whole body: the same wire as fetch without its streams, for a third of the
 * work. What is used of a `Response` is there: status, `headers.get` and `has`, `text`, `json`; an event stream comes as
 * a real one. Failures are a TypeError with the cause, as from fetch; an abort throws the signal's reason.
 */
export async function exchange(dispatcher: Dispatcher, url: URL, sent: Exchange, caps: BodyCaps): Promise<Response> {
  const { headers, body, signal } = sent;
  let answer: Dispatcher.ResponseData;
  const upload = uploadOf(body);
  try {
    const path = url.pathname + url.search;
    const all = { "accept-encoding": "gzip, deflate, br", ...headers, ...upload.headers };
    answer = await dispatcher.request({ origin: url.origin, path, method: "POST", headers: all, body: upload.body, signal });
  } catch (error) {
    if (!upload.isHandedOver()) markNotSent(error);
    throw asFetchFails(error, signal);
  }
  if (
    String(answer.headers["content-type"] ?? "")
      .toLowerCase()
      .includes("text/event-stream")
  )
    return asStream(answer, caps);
  return new WholeAnswer(answer, { signal, maxBytes: caps.maxResponseBytes }) as unknown as Response;
}

interface Upload {
  body: string | Readable;
  headers: Record<string, string>;
  /** Has the last piece been given to the socket? What happens to it there `wasNotSent` knows. */
  isHandedOver(): boolean;
}

const PIECE_BYTES = 64 * 1024;

/**
 * What is small leaves at once. A larger body leaves in pieces, with a look at the socket between them: when the connection
 * breaks before the last one, the server cannot have run anything.
 */
function uploadOf(body: string): Upload {
  if (body.length <= PIECE_BYTES) return { body, headers: {}, isHandedOver: () => true };
  const bytes = Buffer.from(body);
  let isHandedOver = false;
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      if (at > 0) await new Promise((resolve) => setImmediate(resolve));
      isHandedOver = at + PIECE_BYTES >= bytes.length;
      yield bytes.subarray(at, at + PIECE_BYTES);
    }
  }
  const headers = { "content-length": String(bytes.length) };
  return { body: Readable.from(pieces(), { objectMode: false }), headers, isHandedOver: () => isHandedOver };
}

function asStream({ statusCode, headers, body }: Dispatcher.ResponseData, caps: BodyCaps): Response {
  const told = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    [value ?? []].flat().map((each) => [name, each]),
  );
  const stream = Readable.toWeb(decoded(body, headers)) as unknown as ReadableStream<Uint8Array>;
  return capBody(new Response(stream, { status: statusCode, headers: told }), caps);
}

const DECODERS = { gzip: createUnzip, "x-gzip": createUnzip, deflate: createInflate, br: createBrotliDecompress } as const;

/** What the server has packed, unpacked; what it calls by a name we do not know, as it came (RFC 9110, 8.4). */
function decoded(body: Readable, headers: Dispatcher.ResponseData["headers"]): Readable {
  const coding = String(headers["content-encoding"] ?? "").toLowerCase();
  if (!Object.hasOwn(DECODERS, coding)) return body;
  const decoder = DECODERS[coding as keyof typeof DECODERS]();
  body.on("error", (error) => decoder.destroy(error));
  decoder.on("close", () => body.destroy());
  return body.pipe(decoder);
}

class WholeAnswer {
  readonly status: number;
  readonly ok: boolean;
  readonly statusText = "";
  readonly type = "default";
  readonly url = "";
  readonly headers: Pick<Headers, "get" | "has">;
  /** Not a stream: it is read by `text` and `json` alone. */
  readonly body = null;
  readonly #answer: Dispatcher.ResponseData;
  readonly #signal: AbortSignal | null;
  readonly #maxBytes: number;

  constructor(answer: Dispatcher.ResponseData, { signal, maxBytes }: { signal: AbortSignal | null; maxBytes: number }) {
    this.status = answer.statusCode;
    this.ok = answer.statusCode >= 200 && answer.statusCode < 300;
    this.headers = {
      get: (name) => {
        const value = answer.headers[name.toLowerCase()];
        return (Array.isArray(value) ? value.join(", ") : value) || null;
      },
      has: (name) => answer.headers[name.toLowerCase()] !== undefined,
    };
    this.#answer = answer;
    this.#signal = signal;
    this.#maxBytes = maxBytes;
  }

  async text(): Promise<string> {
    const { body, headers } = this.#answer;
    const isWithin = headers["content-encoding"] === undefined && Number(headers["content-length"]) <= this.#maxBytes;
    try {
      return isWithin ? await body.text() : await collected(decoded(body, headers), this.#maxBytes);
    } catch (error) {
      throw error instanceof AppError ? error : asFetchFails(error, this.#signal);
    }
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
}

function asFetchFails(error: unknown, signal: AbortSignal | null): unknown {
  return signal?.aborted === true ? signal.reason : new TypeError("fetch failed", { cause: error });
}
