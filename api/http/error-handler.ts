import type { ErrorRequestHandler, Request, Response } from "express";
import { ERROR_CODES, type ErrorBody } from "../../schemas/error-codes.ts";
import { AppError } from "../errors/app-error.ts";
import type { Logger } from "../ports/logger.ts";
import { baseUrlOf } from "./base-url.ts";
import { requestIdOf } from "./request-id.ts";

const LINGER_MS = 1_000;

/** Turns whatever was thrown into an ErrorBody. What we do not know is logged whole and told in one word. */
export function errorHandler({ logger, publicUrl }: { logger: Logger; publicUrl: string | null }): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const known = asAppError(error);
    const about = { err: known?.cause ?? error, requestId: requestIdOf(response), path: request.path };
    if (known === null) logger.error(about, "a request failed");
    else if (known.httpStatus >= 500 && known.code === "SHUTTING_DOWN" && known.cause !== undefined)
      logger.warn(about, known.message);
    cutUnread(request);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const told = known ?? new AppError("INTERNAL", "something went wrong here");
    const { signInTo } = told;
    sendError(response, told, signInTo === undefined ? {} : { signInUrl: signInUrl(baseUrlOf(request, publicUrl), signInTo) });
  };
}

/** A page of ours, never the authorization server's: a sign-in is bound to the browser that begins it. */
export function signInUrl(baseUrl: string, server: string): string {
  return `${baseUrl}/?sign-in=${encodeURIComponent(server)}`;
}

function sendError(response: Response, error: AppError, more: Pick<ErrorBody, "signInUrl">): void {
  const { httpStatus, next, retryable } = ERROR_CODES[error.code];
  const body: ErrorBody = {
    code: error.code,
    message: error.message,
    next,
    retryable,
    requestId: requestIdOf(response),
    ...(error.details === undefined ? {} : { details: error.details }),
    ...(error.missing === undefined ? {} : { missing: error.missing }),
    ...more,
  };
  if (error.retryAfterMs !== undefined) response.set("Retry-After", String(Math.ceil(error.retryAfterMs / 1_000)));
  response.set("Cache-Control", "no-store").status(httpStatus).json(body);
}

/** What is still being sent is thrown away for a moment, so that the answer is seen; then the line is cut. */
function cutUnread(request: Request): void {
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
