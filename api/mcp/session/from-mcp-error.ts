import { wasNotSent } from "../../egress/unsent.ts";
import { AppError } from "../../errors/app-error.ts";
import { OWN_ANSWER } from "../own-answer.ts";
import { printable } from "../printable.ts";
import {
  InsufficientScopeError,
  ProtocolError,
  ProtocolErrorCode,
  parseJSONRPCMessage,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  SseError,
  UnauthorizedError,
} from "../sdk.ts";
import { type ProcessEnd, wordsOfEnd } from "../stdio/stdio-process.ts";
import type { Refusal } from "../transports/remote-transport.ts";
import { causesOf, networkFailure } from "./network-failure.ts";

/** While opening, nothing has run yet; during a call it may have. */
export type McpPhase = "connect" | "call";

export interface ForeignErrorContext {
  phase: McpPhase;
  /** The server's last 401, 403, 429 or 503, where the transport saw one. */
  refusal?: Refusal | null;
  /** Did we send credentials of our own (a header of the config)? Then a 401 refuses them. */
  sentCredentials?: boolean;
  /** Did the request name a session? */
  hasSession?: boolean;
  /** The server that a person can sign in to; null where there is no sign-in, undefined where that is not known. */
  signInTo?: string | null;
  /** How the program behind it ended, where one has. */
  programEnd?: ProcessEnd | null | undefined;
}

const MAX_RETRY_AFTER_MS = 60 * 60_000;

/** The one place that looks at foreign errors: by class and code, never by their words. */
export function fromMcpError(error: unknown, context: ForeignErrorContext): AppError {
  const own = causesOf(error).find((each) => each instanceof AppError);
  if (own instanceof AppError) return inPhase(own, context);
  if (error instanceof ProtocolError && error.data instanceof AppError) return inPhase(error.data, context);
  if (error instanceof UnauthorizedError || error instanceof InsufficientScopeError) return refused(401, context, error);
  if (error instanceof SdkHttpError) return fromHttpStatus(error.status, context, error);
  if (error instanceof SseError && error.code !== undefined) return fromHttpStatus(error.code, context, error);
  if (error instanceof ProtocolError) return fromProtocolError(error, context);
  if (error instanceof SdkError) return fromSdkError(error, context);
  if (error instanceof Error && (error.name === "ZodError" || error instanceof SyntaxError)) return notJsonRpc(error, context);
  return fromNetworkError(error, context);
}

/** While connecting there is no call that has run; whatever stands before a server may have let a call through. */
function inPhase(own: AppError, { phase }: ForeignErrorContext): AppError {
  const cause = own;
  if (own.code === "ANSWER_INVALID" && phase === "connect") return new AppError("PROTOCOL_ERROR", own.message, { cause });
  if (own.code === "NOT_AN_MCP_SERVER" && phase === "call")
    return new AppError("OUTCOME_UNKNOWN", `${own.message}; the call may have run`, {
      cause,
    });
  return own;
}

function fromHttpStatus(status: number, context: ForeignErrorContext, cause: unknown): AppError {
  if (status === 401 || status === 403) return refused(status, context, cause);
  if (status === 429) {
    const message = "the server asks for fewer requests (HTTP 429)";
    return new AppError("RATE_LIMITED", message, { cause, retryAfterMs: retryAfterMs(status, context), neverRan: true });
  }
  if (context.phase === "connect") {
    const message = `the server ${whatItSaid(status, context)}`;
    const options = { cause, isEndpointDown: isAway(status), retryAfterMs: retryAfterMs(status, context) };
    return new AppError("CONNECT_FAILED", message, options);
  }
  // A session the server has forgotten; some say 400 for it (MCP, Streamable HTTP, session management).
  if ((status === 404 || status === 400) && context.hasSession === true) {
    return new AppError("CONNECTION_CLOSED", `the server has forgotten the session (HTTP ${status})`, { cause, neverRan: true });
  }
  if (status >= 500)
    return new AppError("OUTCOME_UNKNOWN", `the server answered HTTP ${status}; the call may have run`, { cause });
  const told = errorIn(cause);
  if (told !== null) return fromProtocolError(told, context);
  const message = isElsewhere(status)
    ? `the server ${whatItSaid(status, context)}`
    : `the server refused the request with HTTP ${status}`;
  return new AppError("SERVER_ERROR", message, { cause });
}

/** The error that a refusal's body tells (MCP 2026-07-28, Streamable HTTP: 404 for a method that there is not, 400 for others). */
function errorIn(cause: unknown): ProtocolError | null {
  if (!(cause instanceof SdkHttpError)) return null;
  try {
    const message = parseJSONRPCMessage(JSON.parse(String(cause.data.text)));
    if (!("error" in message)) return null;
    const { code, message: words, data } = message.error;
    return ProtocolError.fromError(code, words, data);
  } catch {
    return null;
  }
}

/** Said by what stands in front of a server that is not there: gateways, and the numbers that networks of them made up. */
function isAway(status: number): boolean {
  return (status >= 502 && status <= 504) || (status >= 520 && status <= 530);
}

const isElsewhere = (status: number) => status >= 300 && status < 400;

/** Where a redirect leads is told by its origin alone: the rest may hold what only the server should know. */
function whatItSaid(status: number, { refusal }: ForeignErrorContext): string {
  if (!isElsewhere(status)) return `answered HTTP ${status}`;
  const origin = (refusal?.status === status ? refusal.leadsTo : null) ?? null;
  return `sends requests elsewhere (HTTP ${status}${origin === null ? "" : `, to ${origin}`}); redirects are not followed`;
}

/** Bounded: nobody may send us away for days, and a timer that is too long fires at once. */
function retryAfterMs(status: number, { refusal }: ForeignErrorContext): number | undefined {
  const seconds = refusal?.status === status ? Number(refusal.retryAfter) : 0;
  return seconds > 0 ? Math.min(seconds * 1_000, MAX_RETRY_AFTER_MS) : undefined;
}

/** A 401 to our own credentials refuses them; a 401 to none, with a challenge, asks for a sign-in. */
function refused(status: number, { refusal, sentCredentials, signInTo }: ForeignErrorContext, cause: unknown): AppError {
  const challenge = refusal?.wwwAuthenticate ?? "";
  const wantsPassword = /^\s*(basic|digest|negotiate|ntlm)\b/i.test(challenge);
  const isHinted = /resource_metadata=/i.test(challenge) || (sentCredentials !== true && !wantsPassword);
  return status === 401 && isHinted && signInTo !== null
    ? new AppError("OAUTH_REQUIRED", "the server wants a sign-in (HTTP 401)", { cause, signInTo })
    : new AppError("CREDENTIALS_REFUSED", `the server refused the credentials (HTTP ${status})`, { cause });
}

function fromProtocolError(error: ProtocolError, { phase }: ForeignErrorContext): AppError {
  const words = printable(error.message);
  if (phase === "connect") return new AppError("PROTOCOL_ERROR", `the server refused to initialize: ${words}`, { cause: error });
  if (error.code === OWN_ANSWER) return new AppError("OUTCOME_UNKNOWN", `${words}; the call may have run`, { cause: error });
  if (error.code === ProtocolErrorCode.InvalidParams)
    return new AppError("TOOL_INPUT_REFUSED", `the server refused the arguments: ${words}`, { cause: error });
  return new AppError("SERVER_ERROR", `the server answered with an error: ${words}`, { cause: error });
}

/** What the SDK's own look at an answer throws. */
function notJsonRpc(cause: Error, { phase }: ForeignErrorContext): AppError {
  const isJson = !(cause instanceof SyntaxError);
  const what = isJson ? "the server's answer does not follow JSON-RPC" : "the server's answer is not JSON";
  if (phase === "connect") return new AppError("PROTOCOL_ERROR", what, { cause });
  return isJson
    ? new AppError("ANSWER_INVALID", what, { cause })
    : new AppError("OUTCOME_UNKNOWN", `${what}; the call may have run`, { cause });
}

function fromSdkError(error: SdkError, context: ForeignErrorContext): AppError {
  const { phase } = context;
  const cause = error;
  switch (error.code) {
    case SdkErrorCode.RequestTimeout:
      return phase === "connect"
        ? new AppError("CONNECT_TIMEOUT", "the server did not answer in time", { cause })
        : new AppError("CALL_TIMEOUT", "the server did not answer in time", { cause });
    case SdkErrorCode.NotConnected:
    case SdkErrorCode.SendFailed:
      return new AppError("CONNECTION_CLOSED", "the connection was closed before the request was sent", {
        cause,
        neverRan: true,
      });
    case SdkErrorCode.ConnectionClosed:
      return phase === "connect"
        ? new AppError("CONNECT_FAILED", endedEarly(context), { cause })
        : new AppError("OUTCOME_UNKNOWN", "the connection was lost during the call; it may have run", { cause });
    case SdkErrorCode.EraNegotiationFailed:
      return error.cause === undefined ? fromNetworkError(error, context) : fromMcpError(error.cause, context);
    default:
      return new AppError(
        phase === "connect" ? "PROTOCOL_ERROR" : "ANSWER_INVALID",
        `the server's answer does not follow MCP: ${printable(error.message)}`,
        { cause },
      );
  }
}

function endedEarly({ programEnd }: ForeignErrorContext): string {
  if (programEnd == null) return "the server closed the connection while it was opened";
  return `${wordsOfEnd(programEnd)} before it had answered; what it wrote to stderr may say why`;
}

function fromNetworkError(error: unknown, { phase }: ForeignErrorContext): AppError {
  const failure = networkFailure(error);
  const why = failure?.words ?? printable(innermostWords(error));
  const cause = error;
  const isImproper = failure?.kind === "improper";
  if (phase === "connect") {
    if (isImproper) return new AppError("PROTOCOL_ERROR", `the server cannot be understood: ${why}`, { cause });
    const code = failure?.kind === "certificate" ? "CERTIFICATE_REFUSED" : "CONNECT_FAILED";
    return new AppError(code, `the server cannot be reached: ${why}`, { cause, isEndpointDown: failure !== null });
  }
  if (failure?.isBeforeSending === true || causesOf(error).some(wasNotSent)) {
    const options = { cause, neverRan: true, isEndpointDown: true };
    return new AppError("CONNECTION_CLOSED", `the request was not sent and did not run: ${why}`, options);
  }
  const what = isImproper ? "the call may have run" : "the connection was lost during the call, it may have run";
  return new AppError("OUTCOME_UNKNOWN", `${what}: ${why}`, { cause });
}

/** "fetch failed" tells nobody anything; what it was caused by may. */
function innermostWords(error: unknown): string {
  const words = causesOf(error).flatMap((each) => (each instanceof Error ? [each.message] : []));
  return words.findLast((each) => !/^(|fetch failed|terminated)$/.test(each)) ?? "its answer could not be read";
}
