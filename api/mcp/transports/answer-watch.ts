import type { JSONRPCMessage, Transport } from "../sdk.ts";

/** The code of an error we put in the place of an answer that can no longer come. */
export const NO_ANSWER = -32099;

export interface AnswerWatch {
  /** Call with every answer to a POST: fails its request when the body ends without it. */
  posted(body: unknown, answer: Response): Response;
  /** Streams that broke cannot be gone on with: fails what waits for one. */
  notResumed(): void;
}

/** What was read may still be on its way through the parser. */
const PARSE_MS = 100;
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
  const forgetAnswered = (target: Transport) => {
    const { onmessage } = target;
    if (onmessage === undefined || watched.has(onmessage)) return;
    const watching: typeof onmessage = (message, extra) => {
      if ("id" in message && message.id !== undefined && !("method" in message)) {
        pending.delete(message.id);
        resuming.delete(message.id);
      }
      onmessage(message, extra);
    };
    watched.add(watching);
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
      return whenOver(answer, (hasEventIds) => {
        if (hasEventIds) return void (pending.has(id) && resuming.add(id));
        setTimeout(() => fail(id, "the server's stream ended without the answer"), PARSE_MS).unref();
      });
    },
    notResumed() {
      for (const id of resuming) fail(id, "the server's stream ended without the answer and cannot be gone on with");
    },
  };
}

/** Listeners that are ours already. */
const watched = new WeakSet<object>();

function requestId(body: unknown): string | number | null {
  if (typeof body !== "string" || !body.startsWith("{")) return null;
  const { id, method } = JSON.parse(body) as { id?: string | number; method?: string };
  return id === undefined || method === undefined ? null : id;
}

/** The same answer, with a word when its body is over, however it ended. */
export function whenOver(answer: Response, over: (hasEventIds: boolean) => void): Response {
  const reader = answer.body?.getReader();
  if (reader === undefined) return answer;
  let hasEventIds = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          over(hasEventIds);
          return controller.close();
        }
        hasEventIds ||= /(^|\n|\r)id:/.test(Buffer.from(value).toString("latin1"));
        controller.enqueue(value);
      } catch (error) {
        over(hasEventIds);
        controller.error(error);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(body, { status: answer.status, statusText: answer.statusText, headers: answer.headers });
}
