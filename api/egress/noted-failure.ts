import type { Dispatcher } from "undici";

/** What became of a handshake that did not come about. */
export interface NotedFailure {
  failed(error: unknown): void;
  /** It was answered, with this status, instead of being taken up. */
  refused(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void;
}

/** A dispatcher that tells why a request failed. undici's WebSocket keeps that to itself. */
export function notingFailures(dispatcher: Dispatcher, note: NotedFailure): Dispatcher {
  return dispatcher.compose((dispatch) => (options, handler) => {
    const onResponseError = handler.onResponseError?.bind(handler);
    const onResponseStart = handler.onResponseStart?.bind(handler);
    handler.onResponseStart = (controller, status, headers, statusMessage) => {
      note.refused(status, headers);
      onResponseStart?.(controller, status, headers, statusMessage);
    };
    handler.onResponseError = (controller, error) => {
      note.failed(error);
      onResponseError?.(controller, error);
    };
    return dispatch(options, handler);
  });
}
