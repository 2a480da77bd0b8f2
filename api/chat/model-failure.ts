import { AppError } from "../errors/app-error.ts";

const MAX_RETRY_AFTER_MS = 24 * 60 * 60_000;

/** A provider's refusal as the SDK tells it; only these fields are looked at. */
interface Refusal {
  statusCode?: unknown;
  responseHeaders?: Record<string, string>;
  responseBody?: unknown;
  name?: unknown;
  code?: unknown;
}

export function streamCut(): AppError {
  return new AppError("MODEL_STREAM_CUT", "the provider's answer broke off before its end");
}

/** What a person is told when a model could not be asked. Nothing of the provider's body: it may repeat the key. */
export function modelFailure(error: unknown, endpoint: string, signal: AbortSignal): AppError {
  if (signal.aborted && signal.reason instanceof AppError) return signal.reason;
  if (error instanceof AppError) return error;
  const { statusCode, responseHeaders, responseBody, name } = error as Refusal;
  const options = { cause: error };
  if (typeof statusCode === "number" && statusCode >= 400) {
    if (statusCode === 401 || statusCode === 403)
      return new AppError("MODEL_KEY_REFUSED", `${endpoint} refused the key (HTTP ${statusCode})`, options);
    if (statusCode === 429) {
      const retryAfterMs = retryAfterOf(responseHeaders?.["retry-after"]);
      const wait = retryAfterMs === undefined ? "" : `; it takes requests again in ${Math.ceil(retryAfterMs / 1_000)} s`;
      return new AppError("MODEL_RATE_LIMITED", `${endpoint} takes no more requests for now${wait}`, {
        ...options,
        retryAfterMs,
      });
    }
    if (statusCode === 413 || (statusCode < 500 && isTooLong(responseBody)))
      return new AppError("MODEL_CONTEXT_FULL", `the conversation is too long for this model of ${endpoint}`, options);
    if (statusCode < 500) return new AppError("MODEL_REFUSED", `${endpoint} refused the request (HTTP ${statusCode})`, options);
    return new AppError("MODEL_FAILED", `${endpoint} failed (HTTP ${statusCode})`, options);
  }
  // A stream that ends without saying why, by class: the SDK's own, and undici's for a cut connection.
  if (name === "AI_InvalidResponseDataError" || hasCode(error, /^(UND_ERR_SOCKET|ECONNRESET|UND_ERR_ABORTED)$/))
    return streamCut();
  if (name === "AI_TypeValidationError" || name === "AI_JSONParseError")
    return new AppError("MODEL_FAILED", `${endpoint} answered with something that is no answer of a model`, options);
  return new AppError("MODEL_FAILED", `${endpoint} could not be reached`, options);
}

/** OpenAI's code for it, and what others write: Anthropic, Google, Mistral, vLLM, llama.cpp, Ollama. */
const TOO_LONG =
  /context_length_exceeded|exceed_context_size|maximum context length|context (?:length|window|size)|prompt is too long|input token count|too many (?:input )?tokens/i;

function isTooLong(body: unknown): boolean {
  return typeof body === "string" && TOO_LONG.test(body.slice(0, 10_000));
}

function hasCode(error: unknown, pattern: RegExp): boolean {
  for (let at: unknown = error; typeof at === "object" && at !== null; at = (at as { cause?: unknown }).cause)
    if (pattern.test(String((at as Refusal).code))) return true;
  return false;
}

/** Seconds, or a date. */
function retryAfterOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS) : undefined;
}
