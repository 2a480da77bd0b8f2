import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { AppError } from "../errors/app-error.ts";
import type { StopSignal } from "../stop-signal.ts";
import { type BodyCaps, capBody } from "./body-cap.ts";
import { collected } from "./collected.ts";
import { decoded } from "./content-codings.ts";
import { type Head, type Headers, Incoming, isEvents } from "./incoming.ts";
import { markNotSent } from "./unsent.ts";

export interface Exchange {
  /** Names in lower case, each followed by its value; a name once. */
  headers: readonly string[];
  body: string;
  signal: StopSignal | null;
  /** Told once: the head of the answer has come, or it never will. */
  headSettled?: () => void;
}

/**
 * One POST whose answer is most likely one whole body: the same wire as fetch without its streams, for a third of the
 * work. A body with an announced length is waited for. What is used of a `Response` is there: status, `headers.get` and
 * `has`, `text`, `json`; an event stream comes as a real one. Failures are a TypeError with the cause, as from fetch; an
 * abort throws the signal's reason.
 */
export function exchange(dispatcher: Dispatcher, url: URL, sent: Exchange, caps: BodyCaps): Promise<Response> {
  const { headers, body, signal, headSettled = () => {} } = sent;
  const { maxResponseBytes } = caps;
  const upload = uploadOf(body);
  return new Promise((resolve, reject) => {
    const handler = new Incoming({
      signal,
      maxWholeBytes: maxResponseBytes,
      headSettled,
      answered: (head) => {
        try {
          resolve(isEventStream(head) ? asStream(head, caps) : asWhole(head, signal, caps));
        } catch (error) {
          // Whatever an answer's head may say, nobody is left waiting.
          reject(asFetchFails(error, signal));
        }
      },
      failed: (error, hasHead) => {
        if (!hasHead && !upload.isHandedOver()) markNotSent(error);
        reject(asFetchFails(error, signal));
      },
    });
    const path = url.pathname + url.search;
    const more = headers.some((each, at) => at % 2 === 0 && each === "accept-encoding")
      ? upload.headers
      : [...ENCODINGS, ...upload.headers];
    const all = headers.concat(more);
    dispatcher.dispatch({ origin: url.origin, path, method: "POST", headers: all, body: upload.body }, handler);
  });
}

const ENCODINGS = ["accept-encoding", "gzip, deflate, br"];

interface Upload {
  body: string | Readable;
  headers: readonly string[];
  /** Has the last piece been given to the socket? What happens to it there `wasNotSent` knows. */
  isHandedOver(): boolean;
}

const PIECE_BYTES = 64 * 1024;

/**
 * What is small leaves at once. A larger body leaves in pieces, with a look at the socket between them: when the connection
 * breaks before the last one, the server cannot have run anything.
 */
function uploadOf(body: string): Upload {
  if (body.length <= PIECE_BYTES) return { body, headers: [], isHandedOver: () => true };
  const bytes = Buffer.from(body);
  let isHandedOver = false;
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      if (at > 0) await new Promise((resolve) => setImmediate(resolve));
      isHandedOver = at + PIECE_BYTES >= bytes.length;
      yield bytes.subarray(at, at + PIECE_BYTES);
    }
  }
  const headers = ["content-length", String(bytes.length)];
  return { body: Readable.from(pieces(), { objectMode: false }), headers, isHandedOver: () => isHandedOver };
}

/** Of a status that allows a body, and that there is: all others have nothing to read, whatever they say of it. */
function isEventStream({ status, headers }: Head): boolean {
  return isEvents(headers["content-type"]) && status <= 599 && status !== 204 && status !== 205 && status !== 304;
}

function asStream({ status, headers, stream }: Head, caps: BodyCaps): Response {
  const told = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    [value ?? []].flat().map((each) => [name, each]),
  );
  const body = Readable.toWeb(decoded(stream ?? Readable.from([]), headers)) as unknown as ReadableStream<Uint8Array>;
  return capBody(new Response(body, { status, headers: told }), caps);
}

function asWhole({ status, headers, whole, stream }: Head, signal: StopSignal | null, caps: BodyCaps): Response {
  const read = async () => {
    try {
      return await collected(decoded(stream ?? Readable.from([]), headers), caps.maxResponseBytes);
    } catch (error) {
      throw error instanceof AppError ? error : asFetchFails(error, signal);
    }
  };
  return new WholeAnswer(status, headers, whole === null ? read : async () => whole) as unknown as Response;
}

/** What is used of a `Response`. Its body is not a stream: it is read by `text` and `json` alone. */
class WholeAnswer {
  readonly status: number;
  readonly statusText = "";
  readonly type = "default";
  readonly url = "";
  readonly body = null;
  readonly headers: HeadersView;
  readonly text: () => Promise<string>;

  constructor(status: number, headers: Headers, text: () => Promise<string>) {
    this.status = status;
    this.headers = new HeadersView(headers);
    this.text = text;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  json(): Promise<unknown> {
    return this.text().then((each): unknown => JSON.parse(each));
  }
}

class HeadersView {
  readonly #headers: Headers;

  constructor(headers: Headers) {
    this.#headers = headers;
  }

  get(name: string): string | null {
    const value = this.#headers[name.toLowerCase()];
    if (value === undefined) return null;
    return (Array.isArray(value) ? value.map(withoutBlanks).join(", ") : withoutBlanks(value)) || null;
  }

  has(name: string): boolean {
    return this.#headers[name.toLowerCase()] !== undefined;
  }
}

/** Blanks behind a value are no part of it (RFC 9110, 5.5); those before it the parser has taken away. */
function withoutBlanks(value: string): string {
  const last = value.at(-1);
  return last === " " || last === "\t" ? value.trimEnd() : value;
}

function asFetchFails(error: unknown, signal: StopSignal | null): unknown {
  return signal?.aborted === true ? signal.reason : new TypeError("fetch failed", { cause: error });
}
