import type { Clock } from "../clock.ts";
import type { Problem } from "../problem.ts";
import { sanitizeUrl } from "../target-policy.ts";
import type { ConfigSource } from "./config-source.ts";

export interface UrlSourceOptions {
  readonly clock: Clock;
  /** @default 30_000 */
  readonly pollMs?: number;
  /** Deadline of one request. @default 10_000 */
  readonly timeoutMs?: number;
  readonly fetch?: typeof globalThis.fetch;
}

const DEFAULT_POLL_MS = 30_000;
const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_BYTES = 4 * 1024 * 1024;

/** A configuration at an http(s) address that the operator chose. Asks with `If-None-Match`, so that a poll costs little. */
export function urlSource(url: string, options: UrlSourceOptions): ConfigSource {
  const { clock, pollMs = DEFAULT_POLL_MS, timeoutMs = DEFAULT_TIMEOUT_MS, fetch = globalThis.fetch } = options;
  const name = sanitizeUrl(url);
  let last: { etag: string | null; bytes: Uint8Array } | null = null;
  const refuse = (message: string) => {
    const problem: Problem = {
      severity: "error",
      code: "file-unreadable",
      message,
      file: name,
      line: null,
      column: null,
      path: "",
      server: null,
    };
    return { ok: false, problem } as const;
  };
  return {
    name,
    async read() {
      try {
        const headers: Record<string, string> = last?.etag ? { "if-none-match": last.etag } : {};
        const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
        if (response.status === 304 && last !== null) return { ok: true, bytes: last.bytes, warnings: [] };
        if (!response.ok) return refuse(`the address answers ${response.status}`);
        const bytes = await readUpTo(response, MAX_BYTES);
        if (bytes === null) return refuse(`the answer is larger than ${MAX_BYTES} bytes`);
        last = { etag: response.headers.get("etag"), bytes };
        return { ok: true, bytes, warnings: [] };
      } catch (error) {
        return refuse(
          (error as Error).name === "TimeoutError" ? `no answer within ${timeoutMs} ms` : "the address cannot be reached",
        );
      }
    },
    watch(mayHaveChanged) {
      let cancel = () => {};
      const next = () => {
        cancel = clock.setTimer(pollMs, () => {
          mayHaveChanged();
          next();
        });
      };
      next();
      return () => cancel();
    },
  };
}

async function readUpTo(response: Response, maxBytes: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the rest of the body.
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
