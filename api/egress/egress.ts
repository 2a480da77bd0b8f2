import { isIP } from "node:net";
import { Agent, type Dispatcher, Pool, ProxyAgent, Socks5ProxyAgent, fetch as undiciFetch } from "undici";
import { bareHost } from "../../config/target-policy.ts";
import { AppError } from "../errors/app-error.ts";
import { capBody } from "./body-cap.ts";
import { type Exchange, exchange } from "./exchange.ts";
import { boundedLookup, type NameLookup, systemNames } from "./name-lookup.ts";
import { gatedLookup, type TargetGate } from "./target-gate.ts";
import { watchedConnector } from "./unsent.ts";

export interface EgressOptions {
  gate: TargetGate;
  /** http, https or socks5 URL; the proxy then does the dialling, the gate still judges names and literal addresses. */
  proxy?: string | null;
  /** @default 16 MiB */
  maxResponseBytes?: number;
  /** Longest single event of an event stream. @default 5 MiB */
  maxEventBytes?: number;
  /** How names become addresses; whatever it says, the gate judges the address. @default the system's way */
  lookup?: NameLookup;
}

/** The way out for one server's traffic. */
export interface Egress {
  /** As global fetch, behind the gate; never follows a redirect by itself. */
  readonly fetch: typeof globalThis.fetch;
  /** One POST with a text body, behind the gate, without what fetch costs. Neither follows redirects. */
  post(url: URL, sent: Exchange): Promise<Response>;
  /** Sends nothing. Rejects with TARGET_BLOCKED unless this URL may be asked, by its name and by where that leads now. */
  mustBeOpen(url: URL): Promise<void>;
  /** For WebSockets: dials through the same gate. Call `gate.check` first. */
  readonly dispatcher: Dispatcher;
  readonly gate: TargetGate;
  close(): Promise<void>;
}

const DEFAULT_MAX_RESPONSE_BYTES = 16 * 1024 * 1024;
const DEFAULT_MAX_EVENT_BYTES = 5 * 1024 * 1024;

/**
 * Opens the one gate that a server's requests go through: one keep-alive pool per origin, shared by
 * all users of that server, every address checked when it is dialled. Closing it ends what is in flight.
 */
export function openEgress(options: EgressOptions): Egress {
  const { gate, maxResponseBytes = DEFAULT_MAX_RESPONSE_BYTES, maxEventBytes = DEFAULT_MAX_EVENT_BYTES } = options;
  const names = boundedLookup(options.lookup ?? systemNames);
  const dispatcher = options.proxy ? viaProxy(options.proxy) : direct(gate, names);
  const caps = { maxResponseBytes, maxEventBytes };
  const gatedFetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    gate.check(url);
    // undici's own types and the DOM's differ in names only; both follow the Fetch standard.
    const answer = await undiciFetch(url, { ...init, redirect: "manual", dispatcher } as Parameters<typeof undiciFetch>[1]);
    return capBody(answer as unknown as Response, caps);
  };
  // A refusal is a rejection, as fetch's is, without the price of an asynchronous function.
  const post = (url: URL, sent: Exchange): Promise<Response> => {
    try {
      gate.check(url);
    } catch (error) {
      sent.headSettled?.();
      return Promise.reject(error);
    }
    return exchange(dispatcher, url, sent, caps);
  };
  const mustBeOpen = async (url: URL): Promise<void> => {
    gate.check(url);
    const host = bareHost(url.hostname);
    if (options.proxy || isIP(host) !== 0) return;
    const lookup = gatedLookup(gate, url, names);
    await new Promise<void>((open, refuse) => lookup(host, { all: true }, (error) => (error ? refuse(error) : open())));
  };
  return { fetch: gatedFetch, post, mustBeOpen, dispatcher, gate, close: () => dispatcher.destroy() };
}

/** For the name, the connection and its encryption together. */
const CONNECT_MS = 8_000;
/**
 * However long a server would keep a connection that nobody uses: what a burst has opened goes soon after it. That is as
 * many as people were there, because undici opens another one for each stream that is ended from our side.
 */
const MAX_UNUSED_MS = 10_000;

function direct(gate: TargetGate, names: NameLookup): Dispatcher {
  // Idle limits of streams are the transport's business (`sseReadTimeout`), deadlines the caller's.
  return new Agent({
    headersTimeout: 0,
    bodyTimeout: 0,
    factory: (origin, options) => {
      const lookup = gatedLookup(gate, new URL(origin), names);
      return new Pool(origin, {
        ...options,
        keepAliveMaxTimeout: MAX_UNUSED_MS,
        connect: watchedConnector({ lookup, timeoutMs: CONNECT_MS }),
      });
    },
  });
}

/** As for connections of our own: the environment cannot switch proof off. */
const TLS = { rejectUnauthorized: true } as const;

function viaProxy(proxy: string): Dispatcher {
  const { protocol } = new URL(proxy);
  if (protocol === "socks:" || protocol === "socks5:") {
    // Its types leave `requestTls` out.
    const options = { requestTls: TLS } as Socks5ProxyAgent.Options;
    return new Socks5ProxyAgent(proxy.replace(/^socks:/, "socks5:"), options);
  }
  if (protocol === "http:" || protocol === "https:")
    return new ProxyAgent({
      uri: proxy,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveMaxTimeout: MAX_UNUSED_MS,
      requestTls: TLS,
      proxyTls: TLS,
    });
  throw new AppError("SERVER_CONFIG_INVALID", `a proxy must be an http, https or socks5 URL, not ${protocol}`);
}
