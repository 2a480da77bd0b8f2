import express, { type Request, type Response, type Router } from "express";
import { compileSchema, type SchemaCheck } from "../../schemas/compile.ts";
import type { RouteSpec } from "../../schemas/routes/route-spec.ts";
import { ROUTES, type RouteName } from "../../schemas/routes/routes.ts";
import { AppError } from "../errors/app-error.ts";
import type { SessionCookie } from "../identity/session-cookie.ts";
import type { Identity, Principal } from "../ports/identity.ts";
import type { ApiRequest, Handler, Handlers } from "./handler.ts";
import { checkOrigin } from "./origin.ts";

export interface ApiRouterOptions {
  handlers: Handlers;
  identity: Identity;
  /** The address people use, when it is known; else the request's own Host counts. */
  publicUrl: string | null;
  /** What the browser's session travels in. */
  cookie: SessionCookie;
}

const DEFAULT_MAX_BODY_BYTES = 256 * 1024;

/** Mounts every route of the table: who is asking, where from, does the body fit, then the handler. */
export function apiRouter({ handlers, identity, publicUrl, cookie }: ApiRouterOptions): Router {
  const router = express.Router({ caseSensitive: true });
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, RouteSpec][]) {
    const check = route.body === undefined ? null : compileSchema(route.body);
    const parse = express.json({ limit: route.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES, type: () => true });
    const handle = async (request: Request, response: Response) => {
      const who = await identify(identity, request, route);
      if (route.method !== "GET") checkOrigin(request, { who, publicUrl });
      const baseUrl = `${publicUrl ?? `${request.protocol}://${request.headers.host ?? "localhost"}`}${request.baseUrl}`;
      await answer({
        request,
        response,
        route,
        who,
        check,
        baseUrl,
        cookie,
        handler: handlers[name] as Handler<Principal | null>,
      });
    };
    const steps = check === null ? [handle] : [parse, handle];
    router[verbOf(route)](route.path, ...steps);
  }
  return router;
}

function verbOf({ method }: RouteSpec): "get" | "post" | "patch" | "delete" {
  return method.toLowerCase() as "get" | "post" | "patch" | "delete";
}

async function identify(identity: Identity, request: Request, { auth }: RouteSpec): Promise<Principal | null> {
  if (auth === "public") return null;
  const who = await identity.identify(request);
  if (who === null) throw new AppError("SIGN_IN_REQUIRED", "nobody is signed in");
  if (auth === "admin" && who.role !== "ADMIN") throw new AppError("ADMIN_REQUIRED", "only admins may do this");
  return who;
}

interface AnswerParts {
  request: Request;
  response: Response;
  route: RouteSpec;
  who: Principal | null;
  check: SchemaCheck | null;
  baseUrl: string;
  cookie: SessionCookie;
  handler: Handler<Principal | null>;
}

async function answer({ request, response, route, who, check, baseUrl, cookie, handler }: AnswerParts): Promise<void> {
  if (check !== null) refuseMisfit(check, request.body);
  const gone = new AbortController();
  response.on("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  const apiRequest: ApiRequest<Principal | null> = {
    who,
    params: request.params as Record<string, string>,
    body: request.body,
    ip: request.ip ?? "",
    baseUrl,
    signal: gone.signal,
  };
  const { body, session } = await handler(apiRequest);
  if (gone.signal.aborted) return;
  if (session === null) response.clearCookie(cookie.name, cookie.attributes);
  else if (session !== undefined)
    response.cookie(cookie.name, session.token, { ...cookie.attributes, expires: new Date(session.expiresAt) });
  response.status(route.status ?? 200).json(body);
}

function refuseMisfit(check: SchemaCheck, body: unknown): void {
  const errors = check(body);
  if (errors.length === 0) return;
  // What was found is left out: it may be a password.
  const details = errors.slice(0, 20).map(({ path, expected }) => ({ path: `/${path.join("/")}`, expected }));
  throw new AppError("REQUEST_INVALID", "the request's body does not fit", { details });
}
