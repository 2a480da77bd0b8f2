import { AppError } from "../../errors/app-error.ts";
import type { GuardableTransport } from "../guards/guarded-transport.ts";
import { inFlight } from "../in-flight.ts";
import { farewell, ownAnswer } from "../own-answer.ts";
import { isEventStream } from "./answer-checks.ts";
import { eventCheck } from "./event-data.ts";
import { observedBody } from "./observed-body.ts";

export interface AnswerWatch {
  /** Call with the answer to a POST that is left to the SDK: fails its request when the body ends without it. */
  posted(id: string | number, answer: Response): Response;
  /** Call when a request was sent and what came back at once was taken in. */
  sent(id: string | number): void;
  /** Streams that broke cannot be gone on with: fails what waits for one. */
  notResumed(): void;
  /** Nobody waits for this answer any more: its stream is closed, whatever still comes. */
  abandon(id: string | number): void;
  /** Is there a stream for it that has not ended? */
  isStreaming(id: string | number): boolean;
}

/** What was read may still be on its way through the parser. */
const PARSE_MS = 100;
/** A server that says "accepted" to a request may still answer on its other stream; soon, or never. */
const ACCEPTED_MS = 3_000;

/**
 * Notices at once what the SDK would wait out: an answer's body that ends or breaks without the answer, and
 * "202 Accepted" to a request (MCP, Streamable HTTP: a request is answered by JSON or by a stream). Streams with
 * event ids are left to the SDK, which resumes them where the protocol knows that (`resumes`). Failing a request that was
 * answered does nothing.
 */
export function watchAnswers(
  transport: () => GuardableTransport,
  { pace, resumes }: { pace: (bytes: number) => number; resumes: () => boolean },
): AnswerWatch {
  const streams = inFlight<string | number, () => void>();
  /** Those whose answer comes later than `send` ends. */
  const later = inFlight<string | number, true>();
  /** Those whose streams ended, and are asked for again. */
  const resuming = inFlight<string | number, true>();
  const passes = eventCheck(transport);
  const fail = (id: string | number, why: AppError | string, afterMs: number) =>
    void setTimeout(() => transport().onmessage?.(ownAnswer(id, why)), afterMs).unref();
  return {
    posted(id, answer) {
      if (!answer.ok) return answer;
      if (answer.status === 202) {
        later.set(id, true);
        fail(id, "the server accepted the request and did not answer", ACCEPTED_MS);
      }
      if (!isEventStream(answer) || answer.body === null) return answer;
      later.set(id, true);
      let hasEventIds = false;
      const { response, stop } = observedBody(answer, {
        pace,
        passes,
        ids: (eventId) => {
          hasEventIds ||= eventId !== "";
          return eventId;
        },
        over: (error) => {
          streams.take(id);
          if (error instanceof AppError) fail(id, error, 0);
          else if (hasEventIds && resumes()) resuming.set(id, true);
          else fail(id, "the server's stream ended without the answer", PARSE_MS);
        },
      });
      // As an answer, so that the SDK does not ask for the rest of the stream.
      streams.set(id, () => stop(`\n\ndata: ${JSON.stringify(farewell(id))}\n\n`));
      return response;
    },
    sent(id) {
      if (later.take(id) === undefined) fail(id, "the server answered something else", 0);
    },
    notResumed() {
      for (const id of resuming.keys()) fail(id, "the server's stream ended without the answer and cannot be gone on with", 0);
      resuming.clear();
    },
    abandon(id) {
      streams.take(id)?.();
      resuming.take(id);
    },
    isStreaming: (id) => streams.has(id) || resuming.has(id),
  };
}
