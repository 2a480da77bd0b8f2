import type { JSONRPCMessage, Transport } from "../sdk.ts";

/** The code of an error we put in the place of an answer that can no longer come. */
export const NO_ANSWER = -32099;

export interface AnswerWatch {
  /** Call with every answer to a POST: fails its request when the body ends without it. */
  posted(body: unknown, answer: Response): Response;
  /** Streams that broke cannot be gone on with: fails what waits for one. */
  notResumed(): void;
  /** Nobody waits for this answer any more: what still comes of it is not read for long. */
  cancelled(id: string | number): void;
}

/** What was read may still be on its way through the parser. */
const PARSE_MS = 100;
/** A server that was told may want to say goodbye. */
const AFTER_CANCEL_MS = 5_000;
/** A server that says "accepted" to a request may still answer on its other stream; soon, or never. */
const ACCEPTED_MS = 3_000;

/**
 * Notices at once what the SDK would wait out: an answer's stream that ends or breaks without the answer, and
 * "202 Accepted" to a request (MCP, Streamable HTTP: a request is answered by JSON or by a stream). Streams with
 * event ids are left to the SDK, which resumes them.
 */
export function watchAnswers(transport: () => Transport): AnswerWatch {
  const pending = new Set<string | number>();
  /** Their streams ended, and are asked for again. */
  const resuming = new Set<string | number>();
  const streams = new Map<string | number, () => void>();
  const forgetAnswered = (target: Transport) => {
    const { onmessage } = target;
    if (onmessage === undefined || ours.has(onmessage)) return;
    const watching: typeof onmessage = (message, extra) => {
      if ("id" in message && message.id !== undefined && !("method" in message)) {
        pending.delete(message.id);
        resuming.delete(message.id);
        if ("error" in message && message.error.code === NO_ANSWER && message.error.message === CANCELLED) return;
      }
      onmessage(message, extra);
    };
    ours.add(watching);
    target.onmessage = watching;
  };
  const fail = (id: string | number, why: string) => {
    resuming.delete(id);
    if (!pending.delete(id)) return;
    const error: JSONRPCMessage = { jsonrpc: "2.0", id, error: { code: NO_ANSWER, message: why } };
    transport().onmessage?.(error);
  };
  return {
    posted(body, answer) {
      // An ordinary body carries its answer or is refused by the SDK: nothing to watch.
      const isStream = answer.headers.get("content-type")?.includes("text/event-stream") === true;
      if (!answer.ok || (answer.status !== 202 && !isStream)) return answer;
      const id = requestId(body);
      if (id === null) return answer;
      forgetAnswered(transport());
      pending.add(id);
      if (answer.status === 202 || answer.body === null) {
        setTimeout(() => fail(id, "the server accepted the request and did not answer"), ACCEPTED_MS).unref();
        return answer;
      }
      const { watched, end } = watchBody(answer, (hasEventIds) => {
        streams.delete(id);
        if (hasEventIds) return void (pending.has(id) && resuming.add(id));
        setTimeout(() => fail(id, "the server's stream ended without the answer"), PARSE_MS).unref();
      });
      // As an answer, so that the SDK does not ask for the rest of the stream.
      const last = { jsonrpc: "2.0", id, error: { code: NO_ANSWER, message: CANCELLED } };
      streams.set(id, () => end(`\n\ndata: ${JSON.stringify(last)}\n\n`));
      return watched;
    },
    cancelled(id) {
      const end = streams.get(id);
      if (end !== undefined) setTimeout(end, AFTER_CANCEL_MS).unref();
    },
    notResumed() {
      for (const id of resuming) fail(id, "the server's stream ended without the answer and cannot be gone on with");
    },
  };
}

/** Listeners that are ours already. */
const ours = new WeakSet<object>();

function requestId(body: unknown): string | number | null {
  if (typeof body !== "string" || !body.startsWith("{")) return null;
  const { id, method } = JSON.parse(body) as { id?: string | number; method?: string };
  return id === undefined || method === undefined ? null : id;
}

const CANCELLED = "nobody waits for it any more";

/** The same answer, with a word when its body is over, however it ended. */
export function whenOver(answer: Response, over: () => void): Response {
  return watchBody(answer, over).watched;
}

interface WatchedBody {
  watched: Response;
  /** Stops reading; these are the last words. */
  end(lastWords: string): void;
}

function watchBody(answer: Response, over: (hasEventIds: boolean) => void): WatchedBody {
  const reader = answer.body?.getReader();
  if (reader === undefined) return { watched: answer, end: () => {} };
  let hasEventIds = false;
  let lastWords: string | null = null;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) {
          hasEventIds ||= /(^|\n|\r)id:/.test(Buffer.from(value).toString("latin1"));
          return controller.enqueue(value);
        }
        over(hasEventIds);
        if (lastWords !== null) controller.enqueue(Buffer.from(lastWords));
        controller.close();
      } catch (error) {
        over(hasEventIds);
        controller.error(error);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const { status, statusText, headers } = answer;
  return {
    watched: new Response(body, { status, statusText, headers }),
    end(words) {
      lastWords = words;
      reader.cancel().catch(() => {});
    },
  };
}
