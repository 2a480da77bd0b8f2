import { rest } from "../guards/rest.ts";
import { eventSieve, type SieveOptions } from "./event-sieve.ts";

export interface BodyObserver extends SieveOptions {
  /** How long to rest after so many bytes, in ms. */
  pace?: (bytes: number) => number;
  /** Once, when the body ended by itself; with the error it broke with. */
  over?: (error?: unknown) => void;
}

/** The same answer, and the way to stop it from our side: its reader gets the last words and a proper end. */
export interface ObservedBody {
  response: Response;
  stop(lastWords: string): void;
}

/** Looked at in one turn of the event loop: some hundred events, however much the network brought at once. */
const SLICE_BYTES = 16 * 1024;
const NOTHING = new Uint8Array();

/**
 * An event stream that is looked at while it passes. One slice a turn of the event loop, and long rests while events are
 * taken out: a server that pours without a pause gets its share of the processor and not everybody's.
 */
export function observedBody(answer: Response, { pace = () => 0, over = () => {}, ...looked }: BodyObserver): ObservedBody {
  const reader = answer.body?.getReader();
  if (reader === undefined) return { response: answer, stop: () => {} };
  const sieve = eventSieve(looked);
  const encoder = new TextEncoder();
  let lastWords: string | null = null;
  let left: Uint8Array = NOTHING;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        for (let kept = ""; kept === ""; ) {
          if (left.length === 0 || lastWords !== null) {
            const { done, value } = await reader.read();
            if (done) {
              if (lastWords === null) over();
              controller.enqueue(encoder.encode(sieve.rest() + (lastWords ?? "")));
              return controller.close();
            }
            left = value;
          }
          const slice = left.subarray(0, SLICE_BYTES);
          left = left.subarray(SLICE_BYTES);
          const startedAt = performance.now();
          const { text, tookOut } = sieve.push(slice);
          kept = text;
          if (kept !== "") controller.enqueue(encoder.encode(kept));
          await rest({ spentMs: tookOut ? performance.now() - startedAt : 0, leastMs: pace(slice.byteLength) });
        }
      } catch (error) {
        over(error);
        controller.error(error);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const { status, statusText, headers } = answer;
  return {
    response: new Response(body, { status, statusText, headers }),
    stop(words) {
      lastWords = words;
      reader.cancel().catch(() => {});
    },
  };
}
