import { Readable } from "node:stream";
import type { Dispatcher } from "undici";

export type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseStart"]>>[2];

/** An answer whose head has come. */
export interface Head {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Headers;
  /** The body when it was announced with a length within the limit: one text. Rejects with what broke it. */
  readonly whole: (() => Promise<string>) | null;
  /** Any other body, as it comes. */
  readonly stream: Readable | null;
}

export interface IncomingOptions {
  signal: AbortSignal | null;
  maxWholeBytes: number;
  answered: (head: Head) => void;
  /** No answer: the network's error, or the signal's reason. */
  failed: (error: unknown) => void;
}

const utf8 = new TextDecoder();

/**
 * Takes one answer from undici as it is read. A small body is kept as it came and made a text at the end: no stream, no
 * iterator. One without a length, packed, or made of events is a real stream, which waits for its reader.
 */
export function incoming({ signal, maxWholeBytes, answered, failed }: IncomingOptions): Dispatcher.DispatchHandler {
  let controller: Dispatcher.DispatchController | null = null;
  let stream: Readable | null = null;
  let chunks: Buffer[] | null = null;
  let hasAnswered = false;
  let isOver = false;
  let broken: unknown = null;
  let reader: { resolve: (text: string) => void; reject: (why: unknown) => void } | null = null;

  const fail = (error: unknown) => {
    if (isOver) return;
    isOver = true;
    broken = error;
    if (!hasAnswered) failed(error);
    stream?.destroy(error as Error);
    reader?.reject(error);
  };
  const abort = () => {
    // The reader learns why; what undici says of it later is no news.
    fail(signal?.reason);
    controller?.abort(signal?.reason);
  };
  if (signal?.aborted === true) abort();
  else signal?.addEventListener("abort", abort, { once: true });

  const text = (): string => {
    const [first, ...more] = chunks ?? [];
    return first === undefined ? "" : utf8.decode(more.length === 0 ? first : Buffer.concat([first, ...more]));
  };
  const whole = () =>
    new Promise<string>((resolve, reject) => {
      if (!isOver) reader = { resolve, reject };
      else if (broken === null) resolve(text());
      else reject(broken);
    });

  return {
    onRequestStart(started) {
      controller = started;
      if (isOver) started.abort(broken as Error);
    },
    onResponseStart(_, status, headers) {
      // "103 Early Hints" and the like come before the answer.
      if (status < 200 || isOver) return;
      hasAnswered = true;
      if (isShort(headers, maxWholeBytes)) chunks = [];
      else stream = streamed(() => (isOver ? null : controller));
      answered({ status, headers, whole: chunks === null ? null : whole, stream });
    },
    onResponseData(from, chunk) {
      if (chunks !== null) chunks.push(chunk);
      else if (stream?.push(chunk) === false) from.pause();
    },
    onResponseEnd() {
      if (isOver) return;
      isOver = true;
      stream?.push(null);
      reader?.resolve(text());
    },
    onResponseError: (_, error) => fail(error),
  };
}

function isShort(headers: Headers, maxBytes: number): boolean {
  const { "content-length": length, "content-encoding": coding, "content-type": type } = headers;
  return coding === undefined && Number(length) <= maxBytes && !isEvents(type);
}

export function isEvents(type: Headers[string]): boolean {
  return typeof type === "string" && type.toLowerCase().includes("text/event-stream");
}

/** Whoever reads no further lets the connection go. */
function streamed(source: () => Dispatcher.DispatchController | null): Readable {
  const stream = new Readable({
    read: () => source()?.resume(),
    destroy: (error, done) => {
      source()?.abort(error ?? new Error("nobody reads on"));
      done(error);
    },
  });
  // Whoever reads is told by their own listener; one that nobody reads may break.
  return stream.on("error", () => {});
}
