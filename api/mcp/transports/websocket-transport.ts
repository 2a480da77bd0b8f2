import { type MessageEvent, WebSocket } from "undici";
import type { Egress } from "../../egress/egress.ts";
import { notingFailures } from "../../egress/noted-failure.ts";
import { AppError } from "../../errors/app-error.ts";
import type { GuardableTransport } from "../guarded-transport.ts";
import { NotJsonRpc } from "../own-answer.ts";
import { type JSONRPCMessage, parseJSONRPCMessage, SdkErrorCode, SdkHttpError } from "../sdk.ts";

const MAX_MESSAGE_CHARS = 8 * 1024 * 1024;
const MAX_QUEUED_BYTES = 16 * 1024 * 1024;

/**
 * JSON-RPC over a WebSocket, one message a frame, subprotocol `mcp`. Not part of the MCP specification;
 * LibreChat's files may name such servers, and the SDK no longer brings a client for them.
 */
export function websocketTransport({ url, egress }: { url: string; egress: Egress }): GuardableTransport {
  let socket: WebSocket | undefined;
  const transport: GuardableTransport = {
    async start() {
      egress.gate.check(new URL(url));
      let failure: unknown;
      const dispatcher = notingFailures(egress.dispatcher, {
        failed: (error) => {
          failure ??= error;
        },
        refused: (status) => {
          failure ??= new SdkHttpError(SdkErrorCode.ClientHttpFailedToOpenStream, `HTTP ${status}`, { status, statusText: "" });
        },
      });
      const opening = new WebSocket(url, { protocols: ["mcp"], dispatcher });
      socket = opening;
      await new Promise<void>((resolve, reject) => {
        opening.addEventListener("open", () => resolve(), { once: true });
        opening.addEventListener("error", (event) => reject(failure ?? openingFailed(url, event.error)), { once: true });
        opening.addEventListener("close", () => reject(failure ?? openingFailed(url, undefined)), { once: true });
      });
      opening.addEventListener("message", (event) => receive(transport, opening, event));
      opening.addEventListener("close", () => transport.onclose?.(), { once: true });
    },
    async send(message) {
      if (socket?.readyState !== WebSocket.OPEN)
        throw new AppError("CONNECTION_CLOSED", "the socket is not open", { neverRan: true });
      if (socket.bufferedAmount > MAX_QUEUED_BYTES)
        throw new AppError("CONNECTION_CLOSED", "the server does not read its input", { neverRan: true });
      socket.send(JSON.stringify(message));
    },
    async close() {
      socket?.close(1000);
    },
  };
  return transport;
}

function receive(transport: GuardableTransport, socket: WebSocket, event: MessageEvent): void {
  if (typeof event.data !== "string") return;
  if (event.data.length > MAX_MESSAGE_CHARS) {
    transport.onerror?.(new AppError("RESULT_TOO_LARGE", "the server sent a message that is too long"));
    socket.close(1009);
    return;
  }
  if (transport.admits?.(event.data) === false) return;
  let value: unknown;
  let message: JSONRPCMessage;
  try {
    value = JSON.parse(event.data);
    message = parseJSONRPCMessage(value);
  } catch {
    transport.onerror?.(new NotJsonRpc(value));
    return;
  }
  transport.onmessage?.(message);
}

function openingFailed(url: string, cause: unknown): AppError {
  return new AppError("CONNECT_FAILED", `no WebSocket could be opened to ${new URL(url).host}`, { cause });
}
