import type { IncomingMessage, ServerResponse } from "node:http";
import { ERROR_CODES, type ErrorBody } from "../../schemas/error-codes.ts";

/** What a port answers between being opened and the house being ready: without it, requests of that moment wait for ever. */
export function notYet(_request: IncomingMessage, response: ServerResponse): void {
  const { httpStatus, next, retryable } = ERROR_CODES.SHUTTING_DOWN;
  const body: ErrorBody = { code: "SHUTTING_DOWN", message: "this server is starting", next, retryable };
  response.writeHead(httpStatus, { "Content-Type": "application/json", "Cache-Control": "no-store", "Retry-After": "1" });
  response.end(JSON.stringify(body));
}
