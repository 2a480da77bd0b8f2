import { existsSync } from "node:fs";
import { join } from "node:path";
import express, { type Express, type RequestHandler, type Router } from "express";
import helmet from "helmet";
import { AppError } from "../errors/app-error.ts";
import type { Logger } from "../ports/logger.ts";
import { type ApiRouterOptions, apiRouter } from "./api-router.ts";
import { errorHandler } from "./error-handler.ts";
import { requestId } from "./request-id.ts";

export interface HouseRouterOptions extends ApiRouterOptions {
  logger: Logger;
  /** The built page; null serves the API alone. */
  clientDir: string | null;
}

/** API, health and page as one router, to be mounted at the root or below a host application's path. */
export function houseRouter({ logger, clientDir, ...api }: HouseRouterOptions): Router {
  const router = express.Router();
  router.use(requestId, securityHeaders());
  router.use(["/api", "/health"], noStore);
  router.use(apiRouter(api));
  router.use(["/api", "/health"], (request) => {
    throw new AppError("ROUTE_UNKNOWN", `there is no ${request.method} ${request.baseUrl}${request.path}`);
  });
  if (clientDir !== null) router.use(page(clientDir));
  router.use(errorHandler(logger));
  return router;
}

/** An application of our own around the router. */
export function createApp(options: HouseRouterOptions & { trustProxy: string | number | boolean }): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", options.trustProxy);
  app.set("query parser", "simple");
  app.use(houseRouter(options));
  return app;
}

function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", "data:", "blob:", "https:"],
        mediaSrc: ["'self'", "data:", "blob:"],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Behind plain http this header would lock people out of their own machine; a proxy with TLS sets it.
    strictTransportSecurity: false,
    referrerPolicy: { policy: "no-referrer" },
  });
}

const noStore: RequestHandler = (_request, response, next) => {
  response.set("Cache-Control", "no-store");
  next();
};

/** The built client: hashed files for ever, everything else is the page itself. */
function page(clientDir: string): Router {
  const router = express.Router();
  const index = join(clientDir, "index.html");
  router.use("/assets", express.static(join(clientDir, "assets"), { immutable: true, maxAge: "365d", fallthrough: false }));
  router.use(express.static(clientDir, { index: false }));
  router.get("/*splat", (_request, response) => {
    if (!existsSync(index)) throw new AppError("ROUTE_UNKNOWN", "the page is not built; run `npm run build`");
    response.set("Cache-Control", "no-cache").sendFile(index);
  });
  return router;
}
