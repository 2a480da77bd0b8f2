import { AppError } from "../errors/app-error.ts";

export interface BodyCaps {
  maxResponseBytes: number;
  maxEventBytes: number;
}

/**
 * Bounds what a server can make us hold: decoded bytes of an ordinary body, bytes between two events of a stream.
 * The body fails with RESULT_TOO_LARGE where the cap is passed; nothing beyond it is read.
 */
export function capBody(response: Response, { maxResponseBytes, maxEventBytes }: BodyCaps): Response {
  if (response.body === null) return response;
  if (response.status > 599)
    throw new AppError("PROTOCOL_ERROR", `the server answered HTTP ${response.status}, which there is not`);
  const isStream = response.headers.get("content-type")?.toLowerCase().includes("text/event-stream") === true;
  const counter = isStream ? eventCounter(maxEventBytes) : totalCounter(maxResponseBytes);
  const capped = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        const over = counter(chunk);
        if (over === null) return controller.enqueue(chunk);
        controller.error(new AppError("RESULT_TOO_LARGE", `the server sent more than ${over} bytes`));
      },
    }),
  );
  return new Response(capped, { status: response.status, statusText: response.statusText, headers: response.headers });
}

/** Says the limit once it is passed, null before. */
type Counter = (chunk: Uint8Array) => number | null;

function totalCounter(limit: number): Counter {
  let seen = 0;
  return (chunk) => {
    seen += chunk.byteLength;
    return seen > limit ? limit : null;
  };
}

const LF = 10;
const CR = 13;

/** An event ends at an empty line, whichever line ends the server writes. */
function eventCounter(limit: number): Counter {
  let sinceEvent = 0;
  let lineIsEmpty = true;
  let previous = 0;
  return (chunk) => {
    for (const byte of chunk) {
      sinceEvent += 1;
      const endsLine = byte === CR || (byte === LF && previous !== CR);
      if (endsLine && lineIsEmpty) sinceEvent = 0;
      if (endsLine) lineIsEmpty = true;
      else if (byte !== LF) lineIsEmpty = false;
      previous = byte;
      if (sinceEvent > limit) return limit;
    }
    return null;
  };
}
