import type { ChatError } from "../../schemas/chat-wire.ts";
import { ERROR_CODES } from "../../schemas/error-codes.ts";
import { AppError } from "../errors/app-error.ts";

/** A failure as it stands in a transcript. Faults of our own say nothing of themselves. */
export function chatError(error: unknown): ChatError {
  const { code, message, retryAfterMs } =
    error instanceof AppError ? error : new AppError("INTERNAL", "something went wrong here");
  const { next, retryable } = ERROR_CODES[code];
  return { code, message, next, retryable, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
