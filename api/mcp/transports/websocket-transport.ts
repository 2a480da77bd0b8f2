import type { Duplex } from "node:stream";
import { type MessageEvent, WebSocket } from "undici";
import type { Egress } from "../../egress/egress.ts";
import { cutOff, watchCloseFrames, watchedHandshake } from "../../egress/handshake-watch.ts";
import { AppError } from "../../errors/app-error.ts";
import type { GuardableTransport } from "../guards/guarded-transport.ts";
import { NotJsonRpc } from "../own-answer.ts";
import { type JSONRPCMessage, parseJSONRPCMessage, SdkErrorCode, SdkHttpError } from "../sdk.ts";

const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;
const MAX_QUEUED_BYTES = 16 * 1024 * 1024;
/** After a Close frame from either side the socket is left open no longer than this. */
const CLOSING_MS = 1_000;
/** RFC 6455, 7.4.1. */
const TOO_BIG = 1009;

/**
 * JSON-RPC over a WebSocket, one message a frame, subprotocol `mcp`. Not part of the MCP specification;
 * LibreChat's files may name such servers, and the SDK no longer brings a client for them.
 */
export function websocketTransport({ url, egress }: { url: string; egress: Egress }): GuardableTransport {
  let socket: WebSocket | undefined;
  let connection: Duplex | null = null;
  const cutOffSoon = () =>
    void setTimeout(() => {
      if (connection !== null) cutOff(connection);
    }, CLOSING_MS).unref();
  const transport: GuardableTransport = {
    async start() {
      egress.gate.check(new URL(url));
      let failure: unknown;
      const watch = {
        failed: (error: unknown) => {
          failure ??= error;
        },
        refused: (status: number) => {
          failure ??= new SdkHttpError(SdkErrorCode.ClientHttpFailedToOpenStream, `HTTP ${status}`, { status, statusText: "" });
        },
        taken: (taken: Duplex) => {
          connection = taken;
          watchCloseFrames(taken, (code) => {
            if (code === TOO_BIG) transport.onerror?.(tooLarge());
            cutOffSoon();
          });
        },
      };
      const dispatcher = watchedHandshake(egress.dispatcher, { watch, maxMessageBytes: MAX_MESSAGE_BYTES });
      const opening = new WebSocket(url, { protocols: ["mcp"], dispatcher });
      socket = opening;
      await new Promise<void>((resolve, reject) => {
        opening.addEventListener("open", () => resolve(), { once: true });
        opening.addEventListener("error", (event) => reject(failure ?? openingFailed(url, event.error)), { once: true });
        opening.addEventListener("close", () => reject(failure ?? openingFailed(url, undefined)), { once: true });
      });
      opening.addEventListener("message", (event) => {
        try {
          receive(transport, event);
        } catch (error) {
          // What is thrown in here would end the process.
          transport.onerror?.(error as Error);
          if (connection !== null) cutOff(connection);
        }
      });
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
      cutOffSoon();
    },
  };
  return transport;
}

function receive(transport: GuardableTransport, { data }: MessageEvent): void {
  if (typeof data !== "string") throw new AppError("PROTOCOL_ERROR", "the server sent a binary message over its WebSocket");
  if (transport.admits?.(data) === false) return;
  let value: unknown;
  let message: JSONRPCMessage;
  try {
    value = JSON.parse(data);
    message = parseJSONRPCMessage(value);
  } catch {
    transport.onerror?.(new NotJsonRpc(value));
    return;
  }
  transport.onmessage?.(message);
}

function tooLarge(): AppError {
  return new AppError("RESULT_TOO_LARGE", `the server sent a message of more than ${MAX_MESSAGE_BYTES} bytes`);
}

function openingFailed(url: string, cause: unknown): AppError {
  return new AppError("CONNECT_FAILED", `no WebSocket could be opened to ${new URL(url).host}`, { cause });
}
