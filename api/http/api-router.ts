import { createHash, timingSafeEqual } from "node:crypto";
import express, { type Request, type Response, type Router } from "express";
import { compileSchema, type SchemaCheck } from "../../schemas/compile.ts";
import { object, type RouteSpec } from "../../schemas/routes/route-spec.ts";
import { ROUTES, type RouteName } from "../../schemas/routes/routes.ts";
import { AppError } from "../errors/app-error.ts";
import { cookieValue, type SessionCookie } from "../identity/session-cookie.ts";
import type { Identity, Principal } from "../ports/identity.ts";
import { baseUrlOf } from "./base-url.ts";
import type { ApiAnswer, Handler, Handlers } from "./handler.ts";
import { readJsonBody } from "./json-body.ts";
import { checkOrigin } from "./origin.ts";
import { noteRouted } from "./request-log.ts";

export interface ApiRouterOptions {
  handlers: Handlers;
  identity: Identity;
  /** The address people use, when it is known; else the request's own Host counts. */
  publicUrl: string | null;
  /** What the browser's session travels in. */
  cookie: SessionCookie;
  /** What tells this browser from others. */
  browserCookie: SessionCookie;
  /** What a machine that watches sends as bearer; null when only admins may look. */
  metricsToken: string | null;
  /** The process is ending: nothing new is begun. */
  isDraining: () => boolean;
}

const DEFAULT_MAX_BODY_BYTES = 256 * 1024;
/** What a process that ends still answers, besides what watches it: stopping a call that it waits for. */
const WHILE_ENDING: RouteName = "cancelCall";

/** Mounts every route of the table: who is asking, where from, does the body fit, then the handler. */
export function apiRouter(options: ApiRouterOptions): Router {
  const { handlers, identity, publicUrl, metricsToken, isDraining } = options;
  const router = express.Router({ caseSensitive: true });
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, RouteSpec][]) {
    const checkQuery = compileParameters(route.query);
    const checkHeaders = compileParameters(route.headers);
    const check = route.body === undefined ? null : compileSchema(route.body);
    const handler = handlers[name] as Handler<Principal | null>;
    router[verbOf(route)](route.path, async (request, response) => {
      noteRouted(response, { route: route.path });
      const isRefused = isDraining() && name !== WHILE_ENDING && !(isForWatchers(route) && route.method === "GET");
      if (isRefused) throw new AppError("SHUTTING_DOWN", "this process is shutting down", { retryAfterMs: 5_000 });
      // Before the body is read: a stranger's is not worth reading.
      const isKnownWatcher = route.auth === "watcher" && carriesToken(request, metricsToken);
      const who = isKnownWatcher ? null : await identify(identity, request, route);
      if (who !== null) noteRouted(response, { userId: who.userId });
      if (route.method !== "GET") checkOrigin(request, { who, publicUrl });
      const query = checkQuery(request.query);
      const headers = checkHeaders(request.headers);
      const body = check === null ? undefined : await checkedBody(request, { check, route });
      const answered = await untilGone(response, (signal) =>
        handler({
          who,
          params: request.params as Record<string, string>,
          body,
          query,
          headers,
          ip: request.ip ?? "",
          baseUrl: baseUrlOf(request, publicUrl),
          search: request.originalUrl.replace(/^[^?]*\??/, ""),
          caller: () => identity.identify(request),
          browser: cookieValue(request.headers.cookie, options.browserCookie.name),
          signal,
        }),
      );
      if (answered !== null) send(response, { answered, route, ...options });
    });
  }
  return router;
}

function verbOf({ method }: RouteSpec): "get" | "post" | "patch" | "delete" {
  return method.toLowerCase() as "get" | "post" | "patch" | "delete";
}

const isForWatchers = ({ auth }: RouteSpec) => auth === "public" || auth === "watcher";

/** Compared by digest, so that the time it takes tells nothing. */
function carriesToken({ headers }: Request, token: string | null): boolean {
  if (token === null || headers.authorization === undefined) return false;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(headers.authorization), digest(`Bearer ${token}`));
}

async function identify(identity: Identity, request: Request, { auth }: RouteSpec): Promise<Principal | null> {
  if (auth === "public") return null;
  const who = await identity.identify(request);
  if (who === null) throw new AppError("SIGN_IN_REQUIRED", "nobody is signed in");
  if ((auth === "admin" || auth === "watcher") && who.role !== "ADMIN")
    throw new AppError("ADMIN_REQUIRED", "only admins may do this");
  return who;
}

async function checkedBody(request: Request, { check, route }: { check: SchemaCheck; route: RouteSpec }): Promise<unknown> {
  const body = await readJsonBody(request, { maxBytes: route.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES });
  refuseMisfit(check, body);
  return body;
}

/** Takes the declared ones out of what came, and refuses those that do not fit. */
function compileParameters(schemas: RouteSpec["query"] = {}): (came: object) => Readonly<Record<string, string | undefined>> {
  const names = Object.keys(schemas);
  const check = compileSchema(object(schemas, { optional: names }));
  return (came) => {
    const taken = Object.fromEntries(Object.entries(came).filter(([name, value]) => names.includes(name) && value !== undefined));
    refuseMisfit(check, taken, "the request's parameters do not fit");
    return taken as Record<string, string>;
  };
}

/** Runs `work` with a signal that is aborted when the caller goes away. Null when they did: nobody waits for an answer. */
async function untilGone<T>(response: Response, work: (signal: AbortSignal) => Promise<T> | T): Promise<T | null> {
  const gone = new AbortController();
  response.on("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  if (response.closed) return null;
  const result = await work(gone.signal);
  return gone.signal.aborted ? null : result;
}

interface SendParts extends Pick<ApiRouterOptions, "cookie" | "browserCookie"> {
  answered: ApiAnswer;
  route: RouteSpec;
}

function send(response: Response, { answered, route, cookie, browserCookie }: SendParts): void {
  const { body, contentType, session, browser, status } = answered;
  if (session === null) response.clearCookie(cookie.name, cookie.attributes);
  else if (session !== undefined)
    response.cookie(cookie.name, session.token, { ...cookie.attributes, expires: new Date(session.expiresAt) });
  if (browser !== undefined) response.cookie(browserCookie.name, browser, browserCookie.attributes);
  response.status(status ?? route.status ?? 200);
  if (contentType === undefined) response.json(body);
  else response.type(contentType).send(body);
}

function refuseMisfit(check: SchemaCheck, came: unknown, message = "the request's body does not fit"): void {
  const errors = check(came);
  if (errors.length === 0) return;
  // What was found is left out: it may be a password.
  const details = errors.slice(0, 20).map(({ path, expected }) => ({ path: `/${path.join("/")}`, expected }));
  throw new AppError("REQUEST_INVALID", message, { details });
}
