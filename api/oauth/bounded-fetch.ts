import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";

export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

export interface BoundedFetchOptions {
  /** The server's way out; judges every address. */
  fetch: typeof globalThis.fetch;
  /** Extra headers, and the only origins that get them: what the operator wrote. */
  extra: { headers: Readonly<Record<string, string>>; origins: ReadonlySet<string> };
  clock: Clock;
  /** For what is only read: descriptions of servers. */
  readTimeoutMs: number;
}

const MAX_BYTES = 64 * 1024;
/** For what gives tokens, registers or revokes. */
const TIMEOUT_MS = 10_000;

/**
 * fetch for what authorization servers say: the whole answer within a time and a size, redirects never followed, and no
 * answer at all to a POST that is redirected. Throws AppError.
 */
export function boundedFetch({ fetch, extra, clock, readTimeoutMs }: BoundedFetchOptions): Fetch {
  return async (input, init = {}) => {
    const url = new URL(input);
    const headers = new Headers(init.headers);
    if (extra.origins.has(url.origin)) for (const [name, value] of Object.entries(extra.headers)) headers.set(name, value);
    const limit = new AbortController();
    const timeoutMs = init.method === "POST" ? TIMEOUT_MS : readTimeoutMs;
    const stopTimer = clock.setTimer(timeoutMs, () => limit.abort());
    try {
      const answer = await fetch(url, { ...init, headers, signal: limit.signal });
      const body = await wholeBody(answer, url);
      const isRedirect = answer.status >= 300 && answer.status < 400;
      if (isRedirect && init.method === "POST") throw unavailable(`${url.host} answered a request for tokens with a redirect`);
      return new Response(body, {
        status: answer.status,
        statusText: answer.statusText,
        headers: withoutEncoding(answer.headers),
      });
    } catch (error) {
      if (error instanceof AppError) throw error;
      const own = causeOf(error);
      if (own !== null) throw own;
      if (limit.signal.aborted) throw unavailable(`${url.host} did not answer within ${timeoutMs / 1_000} s`, error);
      throw unavailable(`${url.host} cannot be reached`, error);
    } finally {
      stopTimer();
    }
  };
}

export function unavailable(message: string, cause?: unknown): AppError {
  return new AppError("OAUTH_UNAVAILABLE", message, { cause });
}

async function wholeBody(answer: Response, url: URL): Promise<Uint8Array<ArrayBuffer> | null> {
  if (answer.body === null) return null;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the body: nothing more is read.
    if (bytes > MAX_BYTES) throw unavailable(`${url.host} answered with more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  const mayHaveBody = answer.status !== 204 && answer.status !== 205 && answer.status !== 304;
  return mayHaveBody ? new Uint8Array(Buffer.concat(chunks)) : null;
}

/** What was read is decoded already. */
function withoutEncoding(headers: Headers): Headers {
  const kept = new Headers(headers);
  kept.delete("content-encoding");
  kept.delete("content-length");
  return kept;
}

/** The gate speaks from inside of the look-up. */
function causeOf(error: unknown): AppError | null {
  for (let each = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth += 1)
    if (each instanceof AppError) return each;
  return null;
}
