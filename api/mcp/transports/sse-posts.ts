import { inFlight } from "../in-flight.ts";
import { SdkErrorCode, SdkHttpError } from "../sdk.ts";
import { askedBy, unread } from "./answer-checks.ts";

type Fetch = (url: string | URL, init: RequestInit) => Promise<Response>;

/** What goes out beside the stream of the older HTTP+SSE transport. */
export interface SsePosts {
  /** Resolves when the server has taken it. */
  send(url: string | URL, init: RequestInit): Promise<Response>;
  isRunning(id: string | number): boolean;
  /** Nobody waits any more for what a POST is answered with: the answer to its request comes on the stream. */
  end(id: string | number): void;
}

export function ssePosts(fetch: Fetch): SsePosts {
  const running = inFlight<string | number, AbortController>();
  const taken = async (url: string | URL, init: RequestInit): Promise<Response> => {
    const answer = await fetch(url, init);
    // The SDK would make words of it that cannot be told apart.
    if (!answer.ok) throw unread(answer, refused(answer));
    // A line that says "Accepted".
    await answer.text().catch(() => {});
    return new Response(null, { status: 202 });
  };
  return {
    async send(url, init) {
      const asked = askedBy(init.body);
      if (asked === null) return taken(url, init);
      const stop = new AbortController();
      running.set(asked.id, stop);
      try {
        const signal = AbortSignal.any([stop.signal, ...(init.signal ? [init.signal] : [])]);
        return await taken(url, { ...init, signal });
      } finally {
        running.take(asked.id);
      }
    },
    isRunning: (id) => running.has(id),
    end: (id) => running.take(id)?.abort(),
  };
}

function refused({ status, statusText }: Response): SdkHttpError {
  return new SdkHttpError(SdkErrorCode.ClientHttpFailedToOpenStream, `HTTP ${status}`, { status, statusText });
}
