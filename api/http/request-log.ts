import type { RequestHandler, Response } from "express";
import type { Logger } from "../ports/logger.ts";
import type { Meter } from "../ports/meter.ts";
import { requestIdOf } from "./request-id.ts";

/** What the router has found out about a request by the time it is over. */
interface Routed {
  /** The template, never the path that was asked for: a path may hold names that are nobody's business. */
  route?: string;
  userId?: string;
}

/** Called by the router as it learns. */
export function noteRouted(response: Response, routed: Routed): void {
  Object.assign(response.locals, routed);
}

/**
 * One line for every request when it is over, and its time among the figures. Never its path, query, headers or body:
 * they may hold secrets. What only watches this process is told at debug level.
 */
export function requestLog({ logger, meter }: { logger: Logger; meter: Pick<Meter, "requestEnded"> }): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const { method } = request;
    response.on("close", () => {
      const ms = Math.round(performance.now() - startedAt);
      const { route = "none", userId } = response.locals as Routed;
      const status = response.writableFinished ? response.statusCode : "left";
      const fields = { requestId: requestIdOf(response), method, route, status, ms, ...(userId === undefined ? {} : { userId }) };
      if (route.startsWith("/api/")) logger.info(fields, "request");
      else logger.debug(fields, "request");
      meter.requestEnded({ method, route, status: Number(response.statusCode), seconds: ms / 1_000 });
    });
    next();
  };
}
