import type { AppError } from "../../errors/app-error.ts";
import { type EraVerdict, FIRST_MODERN, isModern, type KnownEra } from "../era-verdicts.ts";
import type { GuardedTransport } from "../guards/guarded-transport.ts";
import { type Client, ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from "../sdk.ts";
import type { OpenedTransport } from "./open-transport.ts";

/** How one attempt asks for the protocol. */
export type Asking = "legacy" | "auto" | { pin: string };

export interface GuardedOpened extends OpenedTransport {
  transport: GuardedTransport;
}

export interface ConnectAttempt {
  client: Client;
  opened: GuardedOpened;
}

export interface ConnectOptions {
  /** A fresh transport; a second attempt needs another one. */
  open: () => GuardedOpened;
  newClient: (asking: Asking) => Client;
  /** Ends what an attempt has left behind. */
  discard: (attempt: ConnectAttempt) => void;
  era: KnownEra;
  request: { signal: AbortSignal; timeout: number };
}

/** MCP 2026-07-28: the server does not speak the version it was asked for; it names those it does. */
const UNSUPPORTED_VERSION = -32022;

/**
 * Connects in the protocol the server speaks. Over HTTP it is asked first. A program gets the handshake, because asking
 * would start it twice; one that refuses it and names newer versions is started again for the newest of those.
 * Throws what the last attempt threw; nothing is left running then.
 */
export async function connectClient(options: ConnectOptions): Promise<ConnectAttempt> {
  const { open, newClient, discard, era, request } = options;
  const known = era.get();
  let opened = open();
  let asking = firstAsking(opened.negotiation, known);
  for (let isSecond = false; ; isSecond = true) {
    const client = newClient(asking);
    try {
      await client.connect(opened.transport, request);
      learn({ client, asking, opened, wasSecond: isSecond, era });
      return { client, opened };
    } catch (error) {
      discard({ client, opened });
      const next = request.signal.aborted || isSecond ? null : nextAsking({ error, asking, known, opened });
      // A server that is merely away still speaks what it spoke.
      if (next !== null || refusesTheProtocol(error)) era.forget();
      if (next === null) throw error;
      asking = next;
      opened = open();
    }
  }
}

function firstAsking(negotiation: OpenedTransport["negotiation"], known: EraVerdict | null): Asking {
  if (negotiation === "legacy") return "legacy";
  if (negotiation === "modern") return { pin: FIRST_MODERN };
  if (known?.kind === "legacy") return "legacy";
  if (negotiation === "auto") return "auto";
  return known?.kind === "modern" ? { pin: known.version } : "legacy";
}

interface FailedAttempt {
  error: unknown;
  asking: Asking;
  known: EraVerdict | null;
  opened: OpenedTransport;
}

function nextAsking({ error, asking, known, opened: { negotiation } }: FailedAttempt): Asking | null {
  if (negotiation === "legacy-first") {
    const version = asking === "legacy" ? newestOffered(error) : null;
    if (version !== null) return { pin: version };
    return known?.kind === "modern" && !isAppError(error) ? "legacy" : null;
  }
  if (negotiation !== "auto") return null;
  if (asking === "auto") return knowsNothingOfIt(error) ? "legacy" : null;
  return known !== null && refusesTheProtocol(error) ? "auto" : null;
}

/**
 * Some servers never answer what they do not know; others say something that is no answer, as an error with the id null
 * (JSON-RPC 2.0, 5), which they might say to anything. What they are worth the handshake tells.
 */
function knowsNothingOfIt(error: unknown): boolean {
  if (!(error instanceof SdkError)) return false;
  if (error.code === SdkErrorCode.RequestTimeout) return true;
  return error.code === SdkErrorCode.EraNegotiationFailed && error.cause instanceof Error && error.cause.name === "ZodError";
}

function newestOffered(error: unknown): string | null {
  if (!(error instanceof ProtocolError) || error.code !== UNSUPPORTED_VERSION) return null;
  const { supported } = (error.data ?? {}) as { supported?: unknown };
  const versions = Array.isArray(supported) ? supported.filter((each) => typeof each === "string") : [];
  return (
    versions
      .filter((version) => isModern(version))
      .sort()
      .at(-1) ?? null
  );
}

function refusesTheProtocol(error: unknown): boolean {
  if (error instanceof ProtocolError) return true;
  return error instanceof SdkHttpError && [400, 404, 405, 406, 415].includes(error.status);
}

function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === "AppError";
}

/** A handshake that was only the way out of silence proves nothing. */
function learn(attempt: ConnectAttempt & { asking: Asking; wasSecond: boolean; era: KnownEra }): void {
  const { client, asking, opened, wasSecond, era } = attempt;
  const version = client.getNegotiatedProtocolVersion();
  if (client.getProtocolEra() === "modern" && version !== undefined) era.learn({ kind: "modern", version });
  else if (opened.negotiation === "auto" && asking === "auto" && !wasSecond) era.learn({ kind: "legacy" });
}
