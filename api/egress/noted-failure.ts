import type { Dispatcher } from "undici";

/** A dispatcher that tells why a request failed. undici's WebSocket keeps that to itself. */
export function notingFailures(dispatcher: Dispatcher, note: (error: unknown) => void): Dispatcher {
  return dispatcher.compose((dispatch) => (options, handler) => {
    const onResponseError = handler.onResponseError?.bind(handler);
    handler.onResponseError = (controller, error) => {
      note(error);
      onResponseError?.(controller, error);
    };
    return dispatch(options, handler);
  });
}
