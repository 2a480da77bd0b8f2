import { asJson, fromJson } from "../../../schemas/json-text.ts";
import type { Exchange } from "../../egress/exchange.ts";
import { Stop } from "../../stop-signal.ts";
import { isRecord } from "../anything.ts";
import { inFlight } from "../in-flight.ts";
import {
  type JSONRPCMessage,
  parseJSONRPCMessage,
  type StreamableHTTPClientTransport,
  type TransportSendOptions,
} from "../sdk.ts";

/** Sends one POST to the endpoint. The configured headers are its business. The same headers come as the same object. */
export type PostToEndpoint = (
  headers: Readonly<Record<string, string>>,
  sent: Pick<Exchange, "body" | "signal">,
) => Promise<Response>;

export interface ShortWay {
  /** The answer to this body, when it is one for the transport to deal with; each is given out once. */
  fetched(body: unknown): Response | undefined;
  /** Sends it when it may go this way. Null: it may not. */
  sent(message: JSONRPCMessage | JSONRPCMessage[], options?: TransportSendOptions): Promise<void> | null;
  /** Has not all of it come? */
  isRunning(id: string | number): boolean;
  /** Nobody reads any more of it. */
  end(id: string | number): void;
}

export interface ShortWayOptions {
  post: PostToEndpoint;
  /** Throws for an answer that ends the session. */
  inSession: (answer: Response) => Response;
  /** Told when everything has come, and the answer was not there. */
  unanswered: (id: string | number) => void;
}

const CONTENT = { "content-type": "application/json", accept: "application/json, text/event-stream" };
/** Whoever cancelled has had time to say why; then the line is needed for others. */
const AFTER_CANCEL_MS = 5_000;

/**
 * Gives a transport a short way for what it does most: a request of an initialized session of the handshake era whose
 * answer is one JSON body. It goes out and comes in without `Headers`, redirects and schemas. Any other answer - a
 * stream, a refusal, a redirect - is handed to the transport as if it had fetched it itself, so nothing is asked twice.
 */
export function shortWay(transport: StreamableHTTPClientTransport, { post, inSession, unanswered }: ShortWayOptions): ShortWay {
  /** By the body they answer: no two are alike, each has an id of its own. */
  const arrived = inFlight<string, Response>();
  const running = inFlight<number | string, Stop>();
  const send = transport.send.bind(transport);
  const close = transport.close.bind(transport);

  let session = { id: "" as string | undefined, version: "", headers: {} };
  const headersNow = (): Readonly<Record<string, string>> => {
    const { sessionId: id, protocolVersion: version = "" } = transport;
    if (session.id === id && session.version === version) return session.headers;
    const ofSession = id === undefined ? {} : { "mcp-session-id": id };
    session = { id, version, headers: { ...CONTENT, "mcp-protocol-version": version, ...ofSession } };
    return session.headers;
  };

  // One asynchronous function for the whole way: each costs more than what most of its steps do.
  const go = async (message: PlainRequest, options?: TransportSendOptions): Promise<void> => {
    const { id } = message;
    const stop = new Stop();
    running.set(id, stop);
    const body = asJson(message, message.params?.arguments);
    let answer: Response;
    try {
      answer = inSession(await post(headersNow(), { body, signal: stop }));
    } catch (error) {
      running.take(id);
      if (!stop.aborted) transport.onerror?.(error as Error);
      stop.abort();
      throw error;
    }
    try {
      if (answer.status !== 200 || !isJson(answer)) {
        arrived.set(body, answer);
        await send(message, options);
        return unanswered(id);
      }
      const came = fromJson(await answer.text());
      running.take(id);
      if (isPlainResult(came) && came.id === id) transport.onmessage?.(came);
      else if (!takeApart(came, id)) unanswered(id);
    } catch (error) {
      // What is left of it nobody reads.
      stop.abort();
      throw error;
    } finally {
      arrived.take(body);
      running.take(id);
    }
  };
  /** Was the answer among what came? */
  const takeApart = (came: unknown, id: string | number): boolean => {
    const messages = (Array.isArray(came) ? came : [came]).map((each) => parseJSONRPCMessage(each));
    for (const each of messages) transport.onmessage?.(each);
    return messages.some((each) => "id" in each && !("method" in each) && each.id === id);
  };

  transport.close = async () => {
    for (const stop of running.values()) stop.abort();
    await close();
  };
  return {
    sent(message, options) {
      if (isCancelled(message)) stopLater(running.get(message.params.requestId));
      if (transport.protocolVersion === undefined || !isPlainRequest(message, options)) return null;
      return go(message, options);
    },
    isRunning: running.has.bind(running),
    end: (id) => running.take(id)?.abort(),
    fetched(body) {
      return typeof body === "string" ? arrived.take(body) : undefined;
    },
  };
}

type PlainRequest = Extract<JSONRPCMessage, { method: string; id: string | number }>;

/** What the SDK adds nothing to: no headers of the call's own, nothing to resume, no era in the message itself. */
function isPlainRequest(message: JSONRPCMessage | JSONRPCMessage[], options?: TransportSendOptions): message is PlainRequest {
  if (Array.isArray(message) || !("method" in message) || !("id" in message) || message.method === "initialize") return false;
  const { headers, resumptionToken, requestSignal } = options ?? {};
  return headers === undefined && resumptionToken === undefined && requestSignal === undefined;
}

interface Cancelled {
  method: "notifications/cancelled";
  params: { requestId: number | string };
}

function isCancelled(message: unknown): message is Cancelled {
  return isRecord(message) && message.method === "notifications/cancelled";
}

function stopLater(request: Stop | undefined): void {
  if (request !== undefined) setTimeout(() => request.abort(), AFTER_CANCEL_MS).unref();
}

function isJson({ headers }: Response): boolean {
  return /^application\/json\s*(;|$)/i.test(headers.get("content-type") ?? "");
}

/** By far the most common; all others are left to the SDK's schemas. */
function isPlainResult(value: unknown): value is JSONRPCMessage & { id: number } {
  return (
    isRecord(value) && value.jsonrpc === "2.0" && typeof value.id === "number" && isRecord(value.result) && !("error" in value)
  );
}
