import type { ErrorRequestHandler, Response } from "express";
import { ERROR_CODES, type ErrorBody } from "../../schemas/error-codes.ts";
import { AppError } from "../errors/app-error.ts";
import type { Logger } from "../ports/logger.ts";
import { requestIdOf } from "./request-id.ts";

/** Turns whatever was thrown into an ErrorBody. What we do not know is logged whole and told in one word. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const known = asAppError(error);
    if (known === null) logger.error({ err: error, requestId: requestIdOf(response), path: request.path }, "a request failed");
    if (response.headersSent) {
      response.destroy();
      return;
    }
    sendError(response, known ?? new AppError("INTERNAL", "something went wrong here"));
  };
}

export function sendError(response: Response, error: AppError): void {
  const { httpStatus, next, retryable } = ERROR_CODES[error.code];
  const body: ErrorBody = {
    code: error.code,
    message: error.message,
    next,
    retryable,
    requestId: requestIdOf(response),
    ...(error.details === undefined ? {} : { details: error.details }),
    ...(error.missing === undefined ? {} : { missing: error.missing }),
  };
  if (error.retryAfterMs !== undefined) response.set("Retry-After", String(Math.ceil(error.retryAfterMs / 1_000)));
  response.status(httpStatus).json(body);
}

/** express and its body parser mark their own refusals with a `type` and a 4xx status. */
function asAppError(error: unknown): AppError | null {
  if (error instanceof AppError) return error;
  const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown };
  if (type === "entity.too.large") return new AppError("REQUEST_TOO_LARGE", "the request's body is too large", { cause: error });
  if (typeof status === "number" && status >= 400 && status < 500) {
    return new AppError("REQUEST_INVALID", "the request cannot be read", {
      cause: error,
      details: [{ path: "/", expected: "a JSON body and a well-formed URL" }],
    });
  }
  return null;
}
