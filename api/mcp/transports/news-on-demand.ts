import type { Audience } from "../audience.ts";
import type { StreamableHTTPClientTransport } from "../sdk.ts";
import { observedBody } from "./observed-body.ts";

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

export interface NewsOnDemand {
  /** What the transport is to fetch with. */
  fetch: Fetch;
  /** The stream is being opened again; resolves soon, open or not. What is sent meanwhile could be asked about on it. */
  opening(): Promise<void> | null;
}

interface NewsOnDemandOptions {
  fetch: Fetch;
  audience: Audience;
  /** What becomes of an event; null takes it out. */
  passes: (event: string) => string | null;
}

const OPENING_MS = 250;
/** Put before the ids of this stream's events, because servers use the same ones on others. No id has it in it. */
const OF_NEWS = "\u0001";

/**
 * Holds a session's stream of notifications open while somebody is there to hear them, and only then: thousands of
 * idle connections are thousands of sockets otherwise. While nobody is there the transport is told what a server without
 * such a stream would tell it (405; MCP 2025-11-25, Streamable HTTP, "Listening for Messages from the Server").
 */
export function newsOnDemand(
  transport: StreamableHTTPClientTransport,
  { fetch, audience, passes }: NewsOnDemandOptions,
): NewsOnDemand {
  /** Ends the stream that is open, as if its server had. */
  let end: (() => void) | null = null;
  /** The transport wanted a stream: its session is of the kind that has one. */
  let isWanted = false;
  let opening: Promise<void> | null = null;
  /** It was asked for, and its answer has not begun. */
  let isAsked = false;

  const open = () => {
    // What fails is the transport's to tell.
    const opened = transport.resumeStream("").catch(() => {});
    const soon = new Promise<void>((resolve) => setTimeout(resolve, OPENING_MS).unref());
    opening = Promise.race([opened, soon]).then(() => {
      opening = null;
    });
  };
  const stop = audience.onChange(() => {
    if (!audience.isPresent()) end?.();
    else if (isWanted && end === null) open();
  });
  const close = transport.close.bind(transport);
  transport.close = async () => {
    stop();
    await close();
  };

  const listened = (answer: Response): Response => {
    const observed = observedBody(answer, {
      passes,
      ids: (id) => (id === "" ? id : OF_NEWS + id),
      over: () => {
        end = null;
      },
    });
    end = () => {
      end = null;
      observed.stop("");
    };
    // Who wanted it may have gone while it was opened.
    if (!audience.isPresent()) end();
    return observed.response;
  };

  return {
    opening: () => opening,
    async fetch(url, init = {}) {
      if (init.method !== "GET") return fetch(url, init);
      const headers = new Headers(init.headers);
      const from = headers.get("last-event-id");
      // An answer that broke off is gone on with, whoever is there.
      if (from !== null && !from.startsWith(OF_NEWS)) return observedBody(await fetch(url, init), { passes }).response;
      if (from !== null) headers.set("last-event-id", from.slice(OF_NEWS.length));
      isWanted = true;
      // One is enough: the transport comes back for the one that was ended here, and a server refuses the second.
      if (!audience.isPresent() || end !== null || isAsked) return new Response(null, { status: 405 });
      isAsked = true;
      try {
        const answer = await fetch(url, { ...init, headers });
        return answer.ok ? listened(answer) : answer;
      } finally {
        isAsked = false;
      }
    },
  };
}
