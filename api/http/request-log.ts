import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestHandler, Response } from "express";
import type { Logger } from "../ports/logger.ts";
import type { Meter } from "../ports/meter.ts";
import { requestIdOf } from "./request-id.ts";

/** What the router has found out about a request by the time it is over. */
export interface Routed {
  /** The template, never the path that was asked for: a path may hold names that are nobody's business. */
  route?: string;
  userId?: string;
}

/** For the router, which writes down here what it learns. */
export function routedOf(response: Response): Routed {
  return response.locals;
}

interface LogParts {
  logger: Logger;
  meter: Pick<Meter, "requestEnded">;
}

interface Logged {
  request: IncomingMessage;
  response: ServerResponse;
  requestId: () => string;
  routed: () => Routed;
}

/**
 * One line for every request when it is over, and its time among the figures. Never its path, query, headers or body:
 * they may hold secrets. What only watches this process is told at debug level.
 */
export function requestLog(parts: LogParts): RequestHandler {
  return (request, response, next) => {
    const requestId = () => requestIdOf(response);
    logWhenOver({ request, response, requestId, routed: () => routedOf(response) }, parts);
    next();
  };
}

export function logWhenOver({ request, response, requestId, routed }: Logged, { logger, meter }: LogParts): void {
  const startedAt = performance.now();
  const { method = "" } = request;
  response.on("close", () => {
    const ms = Math.round(performance.now() - startedAt);
    const { route = "none", userId } = routed();
    const status = response.writableFinished ? response.statusCode : "left";
    const about = { requestId: requestId(), method, route, status, ms };
    const fields = userId === undefined ? about : Object.assign(about, { userId });
    if (route.startsWith("/api/")) logger.info(fields, "request");
    else logger.debug(fields, "request");
    meter.requestEnded({ method, route, status: Number(response.statusCode), seconds: ms / 1_000 });
  });
}
