import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import type { Dispatcher } from "undici";

/** Told what undici's WebSocket keeps to itself. */
export interface HandshakeWatch {
  /** The handshake did not come about. */
  failed(error: unknown): void;
  /** It was answered, with this status, instead of being taken up. */
  refused(status: number): void;
  /** It was taken up: from now on everything goes over this socket. */
  taken(socket: Duplex): void;
}

/** A dispatcher for one WebSocket. A message that is longer, packed or in pieces, is not even collected. */
export function watchedHandshake(
  dispatcher: Dispatcher,
  { watch, maxMessageBytes }: { watch: HandshakeWatch; maxMessageBytes: number },
): Dispatcher {
  const watched = dispatcher.compose((dispatch) => (options, handler) => {
    const { onRequestUpgrade, onResponseError, onResponseStart } = handler;
    handler.onRequestUpgrade = (controller, status, headers, socket) => {
      watch.taken(socket);
      onRequestUpgrade?.call(handler, controller, status, headers, socket);
    };
    handler.onResponseStart = (controller, status, headers, statusMessage) => {
      watch.refused(status);
      onResponseStart?.call(handler, controller, status, headers, statusMessage);
    };
    handler.onResponseError = (controller, error) => {
      watch.failed(error);
      onResponseError?.call(handler, controller, error);
    };
    return dispatch(options, handler);
  });
  // Its agents for proxies take no such option.
  const get = (target: Dispatcher, key: string | symbol): unknown => {
    const value: unknown = Reflect.get(target, key);
    return key === "webSocketOptions" ? { ...(value as object), maxPayloadSize: maxMessageBytes } : value;
  };
  return new Proxy(watched, { get });
}

const CLOSE_FRAME = 0x88;

/**
 * Tells of each Close frame of ours, with the code in it (RFC 6455, 5.5.1). undici's WebSocket sends one when it is asked
 * to, when the server has sent one, and when what came cannot be taken; it tells nobody.
 */
export function watchCloseFrames(socket: Duplex, leaving: (code: number) => void): void {
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  socket.write = (...given: unknown[]): boolean => {
    const [frame] = given;
    // Only messages are written in two pieces, and then the socket is corked.
    if (socket.writableCorked === 0 && frame instanceof Uint8Array && frame[0] === CLOSE_FRAME) leaving(codeIn(frame));
    return write(...given);
  };
}

/** What a client sends is masked with the four bytes before it; 0 when there is no code. */
function codeIn(frame: Uint8Array): number {
  const [, , mask = 0, nextMask = 0, , , high = mask, low = nextMask] = frame;
  return ((high ^ mask) << 8) | (low ^ nextMask);
}

/** Ends it at once. Who has not taken notice of a Close frame is not asked by TCP in the same polite way. */
export function cutOff(socket: Duplex): void {
  if (socket instanceof Socket && !(socket instanceof TLSSocket) && !socket.destroyed) socket.resetAndDestroy();
  else socket.destroy();
}
