export interface BodyObserver {
  /** Each event of a stream that is small enough to be looked at, without the empty line at its end. */
  event?: (text: string) => void;
  /** Once, when the body ended by itself; with the error it broke with. */
  over?: (error?: unknown) => void;
}

const MAX_LOOKED_AT = 64 * 1024;
const EVENT_END = /\r\n\r\n|\n\n|\r\r/;

/** The same answer, and the way to stop it from our side: its reader gets the last words and a proper end. */
export interface ObservedBody {
  response: Response;
  stop(lastWords: string): void;
}

/**
 * An answer that is looked at while it passes. One chunk a turn of the event loop: a server that pours without a pause
 * gets its share of the processor and not everybody's.
 */
export function observedBody(answer: Response, { event, over = () => {} }: BodyObserver = {}): ObservedBody {
  const reader = answer.body?.getReader();
  if (reader === undefined) return { response: answer, stop: () => {} };
  const look = event === undefined ? () => {} : eventLooker(event);
  let lastWords: string | null = null;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          if (lastWords === null) over();
          else controller.enqueue(new TextEncoder().encode(lastWords));
          return controller.close();
        }
        look(value);
        controller.enqueue(value);
        await new Promise<void>((resolve) => setImmediate(resolve));
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

/** Cuts a stream into events; one that is longer than `MAX_LOOKED_AT` is passed over. */
function eventLooker(event: (text: string) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder("utf8");
  let held = "";
  let isTooLong = false;
  return (chunk) => {
    const parts = (held + decoder.decode(chunk, { stream: true })).split(EVENT_END);
    held = parts.pop() ?? "";
    for (const part of parts) {
      if (!isTooLong) event(part);
      isTooLong = false;
    }
    if (held.length > MAX_LOOKED_AT) {
      isTooLong = true;
      // The end of the event may begin in here.
      held = held.slice(-3);
    }
  };
}
