import type { IncomingMessage } from "node:http";
import type { ErrorRequestHandler } from "express";
import { ERROR_CODES, type ErrorBody, type ErrorCode } from "../../schemas/error-codes.ts";
import { AppError } from "../errors/app-error.ts";
import type { Logger } from "../ports/logger.ts";
import { baseUrlOf } from "./base-url.ts";
import { requestIdOf } from "./request-id.ts";

const LINGER_MS = 1_000;
/** Known, and still ours to mend. */
const OURS: ReadonlySet<ErrorCode> = new Set(["SHUTTING_DOWN", "STORE_UNAVAILABLE"]);

/** Turns whatever was thrown into an ErrorBody. What we do not know is logged whole and told in one word. */
export function errorHandler({ logger, publicUrl }: { logger: Logger; publicUrl: string | null }): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const about = { requestId: requestIdOf(response), path: request.path, baseUrl: () => baseUrlOf(request, publicUrl), logger };
    const { status, headers, body } = failureOf(error, about);
    cutUnread(request);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response
      .set({ ...headers, "Cache-Control": "no-store" })
      .status(status)
      .json(body);
  };
}

export interface Failure {
  status: number;
  headers: Record<string, string>;
  body: ErrorBody;
}

export interface FailureParts {
  requestId: string;
  path: string;
  baseUrl: () => string;
  logger: Logger;
}

/** What the caller is told of something that was thrown; what is ours to mend is logged. */
export function failureOf(error: unknown, { requestId, path, baseUrl, logger }: FailureParts): Failure {
  const known = asAppError(error);
  const fields = { err: known?.cause ?? error, requestId, path };
  if (known === null) logger.error(fields, "a request failed");
  else if (OURS.has(known.code) && known.cause !== undefined) logger.warn(fields, known.message);
  const told = known ?? new AppError("INTERNAL", "something went wrong here");
  const { code, message, details, missing, retryAfterMs, signInTo } = told;
  const { httpStatus, next, retryable } = ERROR_CODES[code];
  return {
    status: httpStatus,
    headers: retryAfterMs === undefined ? {} : { "Retry-After": String(Math.ceil(retryAfterMs / 1_000)) },
    body: {
      code,
      message,
      next,
      retryable,
      requestId,
      ...(details === undefined ? {} : { details }),
      ...(missing === undefined ? {} : { missing }),
      ...(signInTo === undefined ? {} : { signInUrl: signInUrl(baseUrl(), signInTo) }),
    },
  };
}

/** A page of ours, never the authorization server's: a sign-in is bound to the browser that begins it. */
export function signInUrl(baseUrl: string, server: string): string {
  return `${baseUrl}/?sign-in=${encodeURIComponent(server)}`;
}

/** What is still being sent is thrown away for a moment, so that the answer is seen; then the line is cut. */
export function cutUnread(request: IncomingMessage): void {
  if (request.complete) return;
  setTimeout(() => {
    if (!request.complete) request.destroy();
  }, LINGER_MS).unref();
}

/** express and what it serves files with mark their own refusals with a 4xx status. */
function asAppError(error: unknown): AppError | null {
  if (error instanceof AppError) return error;
  const { status } = (error ?? {}) as { status?: unknown };
  if (status === 404) return new AppError("ROUTE_UNKNOWN", "there is no such file", { cause: error });
  if (typeof status === "number" && status >= 400 && status < 500) {
    return new AppError("REQUEST_INVALID", "the request cannot be read", {
      cause: error,
      details: [{ path: "/", expected: "a well-formed URL" }],
    });
  }
  return null;
}
