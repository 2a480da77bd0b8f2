import type { Egress } from "../../egress/egress.ts";
import { AppError } from "../../errors/app-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Audience } from "../audience.ts";
import { isModern } from "../era-verdicts.ts";
import { bytePace } from "../guards/byte-pace.ts";
import type { GuardableTransport } from "../guards/guarded-transport.ts";
import { SSEClientTransport, StreamableHTTPClientTransport, type Transport } from "../sdk.ts";
import {
  type Asked,
  askedBy,
  isBeginning,
  isEventStream,
  isForeign,
  notAnMcpServer,
  sessionProblem,
  unread,
} from "./answer-checks.ts";
import { watchAnswers } from "./answer-watch.ts";
import { eventCheck } from "./event-data.ts";
import { type FirstBytes, firstBytes } from "./first-bytes.ts";
import { newsOnDemand } from "./news-on-demand.ts";
import { reopenPace, watchNews } from "./news-stream.ts";
import { observedBody } from "./observed-body.ts";
import { type PostToEndpoint, shortWay } from "./short-way.ts";
import { ssePosts } from "./sse-posts.ts";

/** Sends one request with what lets a person in; renews that when it is refused. Throws AppError. */
export type AuthorizeRequest = (
  request: { url: URL; method: string },
  send: (headers: Readonly<Record<string, string>>) => Promise<Response>,
) => Promise<Response>;

export interface RemoteEndpoint {
  url: string;
  headers: Readonly<Record<string, string>>;
  egress: Egress;
  /** For requests to the origin of `url`; null when nobody signs in here. */
  authorize: AuthorizeRequest | null;
  /** Silence allowed on a stream of notifications before it counts as broken. */
  sseReadTimeoutMs: number;
  clock: Clock;
  /** Told each time a stream that ended is about to be opened again. */
  reopening?: () => void;
  audience: Audience;
}

/** A transport that can tell the server goodbye. */
export type RemoteTransport = GuardableTransport & {
  /** Ends the server's side of the session where the protocol has one. */
  endSession(): Promise<void>;
  /** Headers of the last refused answer (3xx, 401, 403, 429, 503), for those who must tell why. */
  lastRefusal(): Refusal | null;
  readonly heads: Pick<FirstBytes, "silentForMs" | "onHint">;
};

const REFUSALS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308, 401, 403, 429, 503]);

export interface Refusal {
  status: number;
  wwwAuthenticate: string | null;
  /** In seconds, whichever way the server said it. */
  retryAfter: string | null;
  /** The origin that a redirect leads to. */
  leadsTo?: string | null;
}

/** Streamable HTTP (MCP 2025-03-26 and later). */
export function httpTransport(endpoint: RemoteEndpoint): RemoteTransport {
  const { fetch, post, noted, lastRefusal, heads } = scopedFetch(endpoint);
  const pace = bytePace();
  // MCP 2026-07-28 has no stream to GET, and so none to go on with.
  const resumes = () => !isModern(transport.protocolVersion ?? "");
  const watch = watchAnswers(() => transport, { pace, resumes });
  /** Something else than a stream: the server has no news to tell (MCP, Streamable HTTP: then it says 405). */
  const streams: typeof fetch = async (url, init) => {
    const answer = await fetch(url, init);
    const isOther = init?.method === "GET" && answer.ok && !isEventStream(answer);
    return isOther ? unread(answer, new Response(null, { status: 405 })) : answer;
  };
  const newsFetch = watchNews(streams, { onGone: (why) => endTransport(transport, broken(why)), onNotResumed: watch.notResumed });
  const reopen = reopenPace({ clock: endpoint.clock, floorMs: REOPEN_MS });
  const inSession = (answer: Response, asked: Asked | null = null): Response => {
    const problem = sessionProblem(answer, asked, transport.sessionId);
    if (problem === null) return answer;
    // Whoever asked learns it first.
    setImmediate(() => endTransport(transport, problem));
    throw new AppError(isBeginning(asked) ? "PROTOCOL_ERROR" : "ANSWER_INVALID", problem.message, { cause: problem });
  };
  const transport: StreamableHTTPClientTransport & Pick<GuardableTransport, "admits"> = new StreamableHTTPClientTransport(
    new URL(endpoint.url),
    {
      fetch: async (url, init = {}) => {
        const asked = init.method === "POST" ? askedBy(init.body) : null;
        const answer = short.fetched(init.body) ?? inSession(await news.fetch(url, init), asked);
        if (asked !== null && isForeign(answer)) throw unread(answer, notAnMcpServer(answer));
        return asked === null ? answer : watch.posted(asked.id, answer);
      },
      reconnectionOptions: {
        ...RECONNECTION,
        get maxRetries() {
          return resumes() ? Number.POSITIVE_INFINITY : 0;
        },
      },
      reconnectionScheduler: (reconnect, delayMs) => {
        endpoint.reopening?.();
        return reopen(reconnect, delayMs);
      },
    },
  );
  const short = shortWay(transport, { post, inSession: (answer) => inSession(noted(answer)), unanswered: watch.sent });
  const news = newsOnDemand(transport, { fetch: newsFetch, audience: endpoint.audience, passes: eventCheck(() => transport) });
  const send = transport.send.bind(transport);
  const sendLong: typeof send = async (message, options) => {
    await send(message, options);
    const isRequest = !Array.isArray(message) && "method" in message && "id" in message && message.id !== undefined;
    if (isRequest) watch.sent(message.id);
  };
  const sendNow: typeof send = (message, options) => short.sent(message, options) ?? sendLong(message, options);
  return Object.assign(transport, {
    lastRefusal,
    heads,
    endSession: () => transport.terminateSession(),
    abandon: watch.abandon,
    answered(id: string | number) {
      if (!watch.isStreaming(id) && !short.isRunning(id)) return;
      endpoint.clock.setTimer(ANSWERED_MS, () => {
        watch.abandon(id);
        short.end(id);
      });
    },
    send(...[message, options]: Parameters<typeof send>) {
      const opening = news.opening();
      return opening === null ? sendNow(message, options) : opening.then(() => sendNow(message, options));
    },
  });
}

const REOPEN_MS = 1_000;
/** A request that goes on behind its answer is given this long to end by itself. */
const ANSWERED_MS = 1_000;
/** As long as the session lives; how fast is for `reopenPace` to say. */
const RECONNECTION = {
  initialReconnectionDelay: REOPEN_MS,
  maxReconnectionDelay: 30_000,
  reconnectionDelayGrowFactor: 1.5,
};

/** The other side is gone: whoever waits for an answer is told at once. */
function endTransport(transport: Transport, why: AppError): void {
  transport.onerror?.(why);
  void transport.close();
}

function broken(cause: unknown): AppError {
  return new AppError("CONNECTION_CLOSED", "the server broke the connection", { cause });
}

/** The HTTP+SSE transport of MCP 2024-11-05. Its session ends with the stream: opened again, it would be another one. */
export function sseTransport(endpoint: RemoteEndpoint): RemoteTransport {
  const { fetch, lastRefusal, heads } = scopedFetch(endpoint);
  const posts = ssePosts(fetch);
  /** What the SDK would tell in its words alone. */
  let failure: unknown;
  /** The SDK waits for the place for messages even when the stream that should tell it has ended. */
  const endedEarly = Promise.withResolvers<never>();
  endedEarly.promise.catch(() => {});
  const transport: SSEClientTransport & Pick<GuardableTransport, "admits"> = new SSEClientTransport(new URL(endpoint.url), {
    fetch: async (url, init = {}) => {
      if (init.method === "POST") return posts.send(url, init);
      const answer = await fetch(url, init).catch((error: unknown) => {
        failure = error;
        throw error;
      });
      if (!answer.ok) return answer;
      if (!isEventStream(answer)) {
        failure = unread(answer, notAnMcpServer(answer));
        throw failure;
      }
      const over = (error?: unknown) => {
        if (init.signal?.aborted === true) return;
        const why = error instanceof AppError ? error : broken(error ?? new Error("the stream ended"));
        endedEarly.reject(why);
        endTransport(transport, why);
      };
      return observedBody(answer, { passes: eventCheck(() => transport), pace: bytePace(), over }).response;
    },
  });
  const start = transport.start.bind(transport);
  return Object.assign(transport, {
    lastRefusal,
    heads,
    endSession: async () => {},
    abandon: posts.end,
    answered(id: string | number) {
      if (posts.isRunning(id)) endpoint.clock.setTimer(ANSWERED_MS, () => posts.end(id));
    },
    start: () =>
      Promise.race([start(), endedEarly.promise]).catch((error: unknown) => {
        // Otherwise it would try again by itself for ever.
        void transport.close();
        throw failure ?? error;
      }),
  });
}

/**
 * Adds the server's headers, but only toward the configured origin: the SDK would send
 * `requestInit.headers` to discovery hosts as well. Streams that fall silent are ended.
 */
function scopedFetch(to: RemoteEndpoint) {
  const { url, headers, egress, authorize, clock } = to;
  const heads = firstBytes(clock);
  const endpoint = new URL(url);
  const own = Object.fromEntries(new Headers(headers));
  let refusal: Refusal | null = null;
  const noted = (answer: Response): Response => {
    if (!REFUSALS.has(answer.status)) return answer;
    const { headers: told } = answer;
    const leadsTo = URL.parse(told.get("location") ?? "", url)?.origin ?? null;
    refusal = {
      status: answer.status,
      wwwAuthenticate: told.get("www-authenticate"),
      retryAfter: retryAfterOf(told, clock),
      leadsTo,
    };
    return answer;
  };
  const authorized: AuthorizeRequest = (request, send) =>
    authorize === null || request.url.origin !== endpoint.origin ? send({}) : authorize(request, send);
  const asked = { url: endpoint, method: "POST" };
  /** The same for every call of a session, unless a sign-in adds to it. */
  const listed = lastOf((sent: Readonly<Record<string, string>>) => Object.entries({ ...sent, ...own }).flat());
  const post: PostToEndpoint = (sent, { body, signal }) => {
    const send = (more: Readonly<Record<string, string>>) => {
      const headers = isEmpty(more) ? listed(sent) : Object.entries({ ...sent, ...own, ...more }).flat();
      const call = heads.begun();
      return egress.post(endpoint, { headers, body, signal, headSettled: () => heads.ended(call) });
    };
    return authorize === null ? send({}) : authorize(asked, send);
  };
  const fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const target = input instanceof URL ? input : new URL(input instanceof Request ? input.url : input);
    const sent: Record<string, string> = Object.fromEntries(
      init.headers instanceof Headers ? init.headers : new Headers(init.headers),
    );
    if (target.origin === endpoint.origin) Object.assign(sent, own);
    const isForNews = (init.method ?? "GET") === "GET" || sent["mcp-method"] === "subscriptions/listen";
    const send = (more: Readonly<Record<string, string>>) =>
      heads.of(isForNews, () => egress.fetch(target, { ...init, headers: { ...sent, ...more } }));
    const answer = noted(await authorized({ url: target, method: init.method ?? "GET" }, send));
    return isForNews && answer.ok ? endWhenSilent(answer, to) : answer;
  };
  return { fetch, post, noted, lastRefusal: () => refusal, heads };
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false;
  return true;
}

/** Remembers what came of the last argument. */
function lastOf<Given, Made>(make: (given: Given) => Made): (given: Given) => Made {
  let last: { given: Given; made: Made } | null = null;
  return (given) => {
    if (last?.given !== given) last = { given, made: make(given) };
    return last.made;
  };
}

/** A date is as far away as it is from the server's own clock, where that is told (RFC 9110, 10.2.3). */
function retryAfterOf(told: Headers, clock: Clock): string | null {
  const text = told.get("retry-after");
  const at = Date.parse(text ?? "");
  if (text === null || /^\d+$/.test(text) || Number.isNaN(at)) return text;
  const now = Date.parse(told.get("date") ?? "") || clock.now();
  return String(Math.max(0, (at - now) / 1_000));
}

function endWhenSilent(answer: Response, { sseReadTimeoutMs: silentMs, clock }: RemoteEndpoint): Response {
  if (answer.body === null) return answer;
  let stop = () => {};
  const watch = (controller: TransformStreamDefaultController<Uint8Array>) => {
    stop();
    stop = clock.setTimer(silentMs, () => controller.error(new Error(`the stream was silent for ${silentMs} ms`)));
  };
  const transformer = {
    start: watch,
    transform(chunk: Uint8Array, controller: TransformStreamDefaultController<Uint8Array>) {
      watch(controller);
      controller.enqueue(chunk);
    },
    flush: () => stop(),
    // Newer than the types: when nobody reads on.
    cancel: () => stop(),
  };
  const watched = answer.body.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(transformer));
  return new Response(watched, { status: answer.status, statusText: answer.statusText, headers: answer.headers });
}
