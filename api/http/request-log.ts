import type { RequestHandler } from "express";
import type { Logger } from "../ports/logger.ts";
import { requestIdOf } from "./request-id.ts";

/** One debug line for every API request when it is over. Never its query, headers or body: they may hold secrets. */
export function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const { method, path, baseUrl } = request;
    response.on("close", () => {
      const durationMs = Math.round(performance.now() - startedAt);
      const status = response.writableFinished ? response.statusCode : "left";
      logger.debug({ requestId: requestIdOf(response), method, path: `${baseUrl}${path}`, status, durationMs }, "request");
    });
    next();
  };
}
