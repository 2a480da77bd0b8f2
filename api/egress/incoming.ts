import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { StopSignal } from "../stop-signal.ts";

export type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseStart"]>>[2];

/** An answer whose head has come. */
export interface Head {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Headers;
  /** The body when it was announced with a length within the limit: it has come as well. */
  readonly whole: string | null;
  /** Any other body, as it comes. */
  readonly stream: Readable | null;
}

export interface IncomingOptions {
  signal: StopSignal | null;
  maxWholeBytes: number;
  /** Told once: the head has come, or it never will. */
  headSettled: () => void;
  /** Called once, unless it failed before. */
  answered: (head: Head) => void;
  /** No answer: the network's error, or the signal's reason. `hasHead`: that much of it had come. */
  failed: (error: unknown, hasHead: boolean) => void;
}

const utf8 = new TextDecoder();
const ONCE = { once: true } as const;

/**
 * Takes one answer from undici as it is read. A small body is kept as it comes and made a text at the end: no stream, no
 * iterator. One without a length, packed, or made of events is a real stream, which waits for its reader.
 */
export class Incoming implements Dispatcher.DispatchHandler {
  readonly #options: IncomingOptions;
  #controller: Dispatcher.DispatchController | null = null;
  #head: Pick<Head, "status" | "headers"> | null = null;
  #stream: Readable | null = null;
  /** Of a body that is kept; nearly always it comes in one piece. */
  #chunks: Buffer[] | null = null;
  #isOver = false;
  #broken: unknown = null;

  constructor(options: IncomingOptions) {
    this.#options = options;
    const { signal } = options;
    if (signal?.aborted === true) this.#abort();
    else signal?.addEventListener("abort", () => this.#abort(), ONCE);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(this.#broken as Error);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers): void {
    // "103 Early Hints" and the like come before the answer.
    if (status < 200 || this.#isOver) return;
    const { headSettled, answered, maxWholeBytes } = this.#options;
    this.#head = { status, headers };
    headSettled();
    if (isShort(headers, maxWholeBytes)) {
      this.#chunks = [];
      return;
    }
    const stream = streamed(() => (this.#isOver ? null : this.#controller));
    this.#stream = stream;
    answered({ status, headers, whole: null, stream });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#chunks !== null) this.#chunks.push(chunk);
    else if (this.#stream?.push(chunk) === false) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stream?.push(null);
    if (this.#chunks === null || this.#head === null) return;
    const { status, headers } = this.#head;
    this.#options.answered({ status, headers, whole: textOf(this.#chunks), stream: null });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  #abort(): void {
    const reason = this.#options.signal?.reason;
    // The reader learns why; what undici says of it later is no news.
    this.#fail(reason);
    this.#controller?.abort(reason as Error);
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#broken = error;
    if (this.#head === null) this.#options.headSettled();
    if (this.#stream === null) this.#options.failed(error, this.#head !== null);
    else this.#stream.destroy(error as Error);
  }
}

function textOf(chunks: readonly Buffer[]): string {
  const [first, ...more] = chunks;
  return first === undefined ? "" : utf8.decode(more.length === 0 ? first : Buffer.concat([first, ...more]));
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
