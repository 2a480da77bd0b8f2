import { randomUUID } from "node:crypto";
import type { RequestHandler, Response } from "express";

/** Names each request, so that a person's report and a log line can be brought together. */
export const requestId: RequestHandler = (_request, response, next) => {
  response.locals.requestId = randomUUID();
  response.set("X-Request-Id", requestIdOf(response));
  next();
};

export function requestIdOf(response: Response): string {
  return String(response.locals.requestId ?? "");
}
