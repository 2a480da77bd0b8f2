import type { RequestListener } from "node:http";
import express, { type RequestHandler, type Router } from "express";
import { ROUTES } from "../../schemas/routes/routes.ts";
import { AppError } from "../errors/app-error.ts";
import type { Logger } from "../ports/logger.ts";
import type { Meter } from "../ports/meter.ts";
import { type ApiRouterOptions, apiRouter } from "./api-router.ts";
import { directCalls } from "./direct-calls.ts";
import { errorHandler } from "./error-handler.ts";
import { refuseTwoHosts } from "./origin.ts";
import { page } from "./page.ts";
import { requestId } from "./request-id.ts";
import { requestLog } from "./request-log.ts";
import { securityHeaders } from "./security-headers.ts";

export interface HouseRouterOptions extends ApiRouterOptions {
  logger: Logger;
  meter: Pick<Meter, "requestEnded">;
  /** The built page; null serves the API alone. */
  clientDir: string | null;
  /** Where the socket server listens. */
  socketPath: () => string;
  /** Accounts and sign-in are a host application's. */
  isHosted: boolean;
  /** The icons of the servers in force. */
  iconPaths: () => Iterable<string | null>;
  /** Where the OpenID provider sends browsers back to, when it is another path than the route's; else null. */
  callbackPath: string | null;
}

/** API, health and page as one router, to be mounted at the root or below a host application's path. */
export function houseRouter({
  logger,
  meter,
  clientDir,
  socketPath,
  isHosted,
  iconPaths,
  callbackPath,
  ...api
}: HouseRouterOptions): Router {
  const router = express.Router();
  router.use(requestId, securityHeaders(iconPaths));
  router.use(["/api", "/oauth", "/health", "/metrics"], noStore, requestLog({ logger, meter }));
  router.use(oneHost);
  if (callbackPath !== null) router.get(callbackPath, asCallback);
  router.use(apiRouter(api));
  router.use(["/api", "/health", "/metrics"], unknownRoute);
  if (clientDir !== null) router.use(page({ clientDir, publicUrl: api.publicUrl, socketPath, isHosted }));
  router.use(errorHandler({ logger, publicUrl: api.publicUrl }));
  return router;
}

/** An application of our own around the router; tool calls take the short way. */
export function createApp(options: HouseRouterOptions & { trustProxy: string | number | boolean }): RequestListener {
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", options.trustProxy);
  app.set("query parser", "simple");
  app.use(houseRouter(options));
  app.use(unknownRoute, errorHandler(options));
  return directCalls({ ...options, trusts: app.get("trust proxy fn") }, app);
}

const unknownRoute: RequestHandler = (request) => {
  throw new AppError("ROUTE_UNKNOWN", `there is no ${request.method} ${request.baseUrl}${request.path}`);
};

/** The operator's path for it, registered at the provider: the same route. */
const asCallback: RequestHandler = (request, _response, next) => {
  request.url = ROUTES.openIdCallback.path + request.url.replace(/^[^?]*/, "");
  next();
};

const oneHost: RequestHandler = (request, _response, next) => {
  refuseTwoHosts(request);
  next();
};

const noStore: RequestHandler = (_request, response, next) => {
  response.set("Cache-Control", "no-store");
  next();
};
