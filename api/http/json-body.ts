import type { IncomingMessage } from "node:http";
import { isDeeperThan } from "../../schemas/depth.ts";
import { changedNumberAt } from "../../schemas/exact-numbers.ts";
import { fromJson } from "../../schemas/json-text.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";

/** Deeper than any tool's arguments; what is nested without end would exhaust the stack further on. */
const MAX_DEPTH = 128;
/** How long a body may take, and how fast the rest of a large one must come at least. */
const BODY_MS = 30_000;
const MIN_BYTES_PER_MS = 128;

export interface BodyOptions {
  maxBytes: number;
  /** What a host application's own parser has read already. */
  readBody: unknown;
  clock: Clock;
}

/**
 * Reads a request's JSON body. Throws REQUEST_INVALID, REQUEST_TOO_LARGE and REQUEST_TIMEOUT. A body over the limit is
 * refused as soon as it is one, not when it ends as with body-parser, so that nobody can keep us reading. A body that a
 * host application's own parser has read already is taken as it is.
 */
export async function readJsonBody(request: IncomingMessage, options: BodyOptions): Promise<unknown> {
  // A form of another page cannot send this type without asking first: OWASP, CSRF, "disallowing simple requests".
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(request.headers["content-type"] ?? ""))
    throw unreadable("the header `Content-Type: application/json`");
  return (options.readBody ?? null) === null ? readBytes(request, options) : shallow(options.readBody);
}

function readBytes(request: IncomingMessage, { maxBytes, clock }: BodyOptions): Promise<unknown> {
  const tooLarge = () => new AppError("REQUEST_TOO_LARGE", `the request's body is larger than ${maxBytes} bytes`);
  if ((request.headers["content-encoding"] ?? "identity") !== "identity") throw unreadable("a body without `Content-Encoding`");
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  const maxMs = BODY_MS + Math.ceil(maxBytes / MIN_BYTES_PER_MS);
  const tooSlow = () =>
    new AppError("REQUEST_TIMEOUT", `the request's body did not come whole within ${Math.ceil(maxMs / 1_000)} s`);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const refuse = (error: AppError) => {
      request.off("data", onData).pause();
      reject(error);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else refuse(tooLarge());
    };
    const broken = (error?: Error) => reject(unreadable("a whole body", { cause: error }));
    request.on("data", onData).on("error", broken);
    // Nearly every one has come with its head, and needs no timer.
    const cancel = request.complete ? null : clock.setTimer(maxMs, () => refuse(tooSlow()));
    // Every one closes some time, the most of them whole.
    request.on("close", () => {
      cancel?.();
      if (!request.readableEnded) broken();
    });
    request.on("end", () => {
      try {
        resolve(parsed(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
      } catch (error) {
        reject(error);
      }
    });
    // One that ended before anybody listened says so no more.
    if (request.destroyed) broken();
  });
}

function shallow(body: unknown): unknown {
  if (isDeeperThan(body, MAX_DEPTH)) throw unreadable(`values nested at most ${MAX_DEPTH} deep`);
  return body;
}

/** Not one a request: it has no memory when it is not told to stream. A byte order mark is no JSON (RFC 8259, 8.1). */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function parsed(bytes: Buffer): unknown {
  let text: string;
  let body: unknown;
  try {
    text = utf8.decode(bytes);
    body = fromJson(text);
  } catch (error) {
    throw unreadable("a JSON text in UTF-8", { cause: error });
  }
  const changed = changedNumberAt(text, shallow(body));
  if (changed === null) return body;
  throw unreadable("a number that stays as it is written: whole ones up to 9007199254740991; send others as text", {
    path: `/${changed.join("/")}`,
  });
}

function unreadable(expected: string, { path = "/", cause }: { path?: string; cause?: unknown } = {}): AppError {
  return new AppError("REQUEST_INVALID", "the request's body cannot be read", { cause, details: [{ path, expected }] });
}
