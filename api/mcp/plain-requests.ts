import { abortSignalOf, type StopSignal } from "../stop-signal.ts";
import { inFlight } from "./in-flight.ts";
import { type JSONRPCMessage, type JSONRPCRequest, type Progress, ProtocolError, SdkError, SdkErrorCode } from "./sdk.ts";

/** What a request is given along; `asSdkTakes` makes of it what the SDK's requests take. */
export interface RequestOptions {
  readonly signal: StopSignal;
  readonly timeout: number;
  readonly onprogress: ((progress: Progress) => void) | undefined;
}

export function asSdkTakes(request: RequestOptions): RequestOptions & { readonly signal: AbortSignal } {
  return { ...request, signal: abortSignalOf(request.signal) };
}

/** Requests that are made beside the SDK's client, over the same session. */
export interface PlainRequests {
  /** `params` are its own from then on. Rejects with what the SDK would: ProtocolError for an error that was answered, SdkError for a connection that ended. */
  ask(method: string, params: Record<string, unknown>, options: RequestOptions): Promise<Record<string, unknown>>;
  /** Takes an answer when it is to one of these. */
  answered(message: JSONRPCMessage): boolean;
  /** Takes the progress of this request when it is one of these. */
  progressed(id: string | number, progress: Record<string, unknown>): boolean;
  /** Nothing more will be answered. */
  end(): void;
}

interface Asked {
  readonly resolve: (result: Record<string, unknown>) => void;
  readonly reject: (why: unknown) => void;
  readonly onprogress: ((progress: Progress) => void) | undefined;
}

/** The SDK counts its own requests from 0. */
const FIRST_ID = 1_000_000_000;

/**
 * In the handshake era the SDK adds nothing to a request but an id, a token for progress and the word when it is cancelled
 * (MCP 2025-11-25, basic utilities). What is asked thousands of times a second is asked without it.
 */
export function plainRequests(wire: PlainWire): PlainRequests {
  return new Requests(wire);
}

/** How they leave. */
export interface PlainWire {
  /** Sends a request; `failed` is told why it could not be sent. */
  ask(message: JSONRPCRequest, failed: (why: unknown) => void): void;
  tell(message: JSONRPCMessage): void;
}

/** A class, because every session has one: methods weigh nothing where closures do. */
class Requests implements PlainRequests {
  readonly #wire: PlainWire;
  readonly #running = inFlight<number, Asked>();
  #next = FIRST_ID;
  #isEnded = false;

  constructor(wire: PlainWire) {
    this.#wire = wire;
  }

  ask(method: string, params: Record<string, unknown>, { signal, onprogress }: RequestOptions) {
    return new Promise<Record<string, unknown>>((resolve, reject) => {
      if (this.#isEnded) return reject(new SdkError(SdkErrorCode.NotConnected, "Not connected"));
      if (signal.aborted) return reject(signal.reason);
      const id = this.#next;
      this.#next += 1;
      signal.addEventListener("abort", () => this.#cancelled(id, signal), { once: true });
      this.#running.set(id, { resolve, reject, onprogress });
      if (onprogress !== undefined) params._meta = { ...(params._meta as object | undefined), progressToken: id };
      this.#wire.ask({ jsonrpc: "2.0", id, method, params }, (error) => this.#running.take(id)?.reject(error));
    });
  }

  answered(message: JSONRPCMessage): boolean {
    if ("method" in message || typeof message.id !== "number") return false;
    const asked = this.#running.take(message.id);
    if (asked === undefined) return false;
    if ("result" in message) asked.resolve(message.result);
    else asked.reject(ProtocolError.fromError(message.error.code, message.error.message, message.error.data));
    return true;
  }

  progressed(id: string | number, progress: Record<string, unknown>): boolean {
    const asked = typeof id === "number" ? this.#running.get(id) : undefined;
    if (asked === undefined) return false;
    if (isProgress(progress)) asked.onprogress?.(progress);
    return true;
  }

  end(): void {
    this.#isEnded = true;
    const left = this.#running.values();
    this.#running.clear();
    for (const { reject } of left) reject(new SdkError(SdkErrorCode.ConnectionClosed, "Connection closed"));
  }

  #cancelled(id: number, signal: StopSignal): void {
    const asked = this.#running.take(id);
    if (asked === undefined) return;
    const params = { requestId: id, reason: String(signal.reason) };
    this.#wire.tell({ jsonrpc: "2.0", method: "notifications/cancelled", params });
    asked.reject(signal.reason);
  }
}

/** MCP 2025-11-25, schema: ProgressNotification. What does not follow it is no sign of life. */
function isProgress(value: Record<string, unknown>): value is Record<string, unknown> & Progress {
  const { progress, total, message } = value;
  // A number too large for one is Infinity here, which JSON cannot say.
  const isTotal = total === undefined || Number.isFinite(total);
  return Number.isFinite(progress) && isTotal && (message === undefined || typeof message === "string");
}
