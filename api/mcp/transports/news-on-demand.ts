import type { Audience } from "../audience.ts";
import type { StreamableHTTPClientTransport } from "../sdk.ts";

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/**
 * Holds a session's stream of notifications open while somebody is there to hear them, and only then: thousands of
 * idle connections are thousands of sockets otherwise. While nobody is there the transport is told what a server without
 * such a stream would tell it (405; MCP 2025-11-25, Streamable HTTP, "Listening for Messages from the Server").
 * Wraps what the transport fetches with.
 */
export function newsOnDemand(transport: StreamableHTTPClientTransport, audience: Audience): (fetch: Fetch) => Fetch {
  /** Ends the stream that is open, as if its server had. */
  let end: (() => void) | null = null;
  /** The transport wanted a stream: its session is of the kind that has one. */
  let isWanted = false;
  let lastEventId: string | null = null;

  const stop = audience.onChange(() => {
    if (!audience.isPresent) end?.();
    // What fails is the transport's to tell.
    else if (isWanted && end === null) transport.resumeStream("").catch(() => {});
  });
  const close = transport.close.bind(transport);
  transport.close = async () => {
    stop();
    await close();
  };

  const endable = (answer: Response): Response => {
    const reader = answer.body?.getReader();
    if (reader === undefined) return answer;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        end = () => {
          end = null;
          controller.close();
          reader.cancel().catch(() => {});
        };
      },
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (end === null) return;
          if (done) return end();
          lastEventId = /(?:^|[\r\n])id: ?([^\r\n]+)/.exec(Buffer.from(value).toString())?.[1] ?? lastEventId;
          controller.enqueue(value);
        } catch (error) {
          if (end === null) return;
          end = null;
          controller.error(error);
        }
      },
      cancel(reason) {
        end = null;
        return reader.cancel(reason);
      },
    });
    return new Response(body, { status: answer.status, headers: answer.headers });
  };

  return (fetch) =>
    async (url, init = {}) => {
      if (init.method !== "GET") return fetch(url, init);
      const from = new Headers(init.headers).get("last-event-id");
      // An answer that broke off is gone on with, whoever is there.
      if (from !== null && from !== lastEventId) return fetch(url, init);
      isWanted = true;
      if (!audience.isPresent) return new Response(null, { status: 405 });
      const answer = await fetch(url, init);
      return answer.ok ? endable(answer) : answer;
    };
}
