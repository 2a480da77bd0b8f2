import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { compileSchema, type SchemaCheck } from "../../schemas/compile.ts";
import { object, type RouteSpec } from "../../schemas/routes/route-spec.ts";
import { ROUTES, type RouteName } from "../../schemas/routes/routes.ts";
import { AppError } from "../errors/app-error.ts";
import { cookieValue, type SessionCookie } from "../identity/session-cookie.ts";
import type { Clock } from "../ports/clock.ts";
import type { Identity, Principal } from "../ports/identity.ts";
import { Stop, type StopSignal } from "../stop-signal.ts";
import type { FairTurns } from "./fair-turns.ts";
import type { ApiAnswer, Handler, Handlers } from "./handler.ts";
import { readJsonBody } from "./json-body.ts";
import { checkOrigin } from "./origin.ts";
import type { Routed } from "./request-log.ts";

export interface TreatmentOptions {
  handlers: Handlers;
  identity: Identity;
  /** The address people use, when it is known; else the request's own Host counts. */
  publicUrl: string | null;
  /** May people have come by this `Host`? */
  isOwnHost: (host: string | undefined) => boolean;
  /** What tells this browser from others. */
  browserCookie: SessionCookie;
  /** What a browser carries from one step of a sign-in to the next. */
  ticketCookie: SessionCookie;
  /** What a machine that watches sends as bearer; null when only admins may look. */
  metricsToken: string | null;
  /** In which order people's requests begin; one for all routes. */
  turns: FairTurns;
  /** The process is ending: nothing new is begun. */
  isDraining: () => boolean;
  clock: Clock;
}

/** A request for one route, and what only the way it came by can tell of it. */
export interface Arrived {
  request: IncomingMessage;
  response: ServerResponse;
  params: Readonly<Record<string, string>>;
  query: object;
  /** Everything behind the `?` as it came. */
  search: string;
  /** What a host application's parser has read already. */
  readBody: unknown;
  ip: () => string;
  /** The address people know this server by, without a slash at the end. */
  baseUrl: () => string;
  /** For the log. */
  routed: Routed;
}

const DEFAULT_MAX_BODY_BYTES = 256 * 1024;
/** What a process that ends still answers, besides what watches it: stopping a call that it waits for. */
const WHILE_ENDING: RouteName = "cancelCall";

/**
 * What every request to this route goes through, whichever way it came: who is asking, where from, does the body fit,
 * then the handler. Null when the caller has gone: nobody waits for an answer. Throws what the caller is to be told.
 */
export function routeAnswerer(name: RouteName, options: TreatmentOptions): (arrived: Arrived) => Promise<ApiAnswer | null> {
  const { handlers, identity, publicUrl, isOwnHost, browserCookie, ticketCookie, metricsToken, turns, isDraining, clock } =
    options;
  const route: RouteSpec = ROUTES[name];
  const checkQuery = compileParameters(route.query);
  const checkHeaders = compileParameters(route.headers);
  const { maxBodyBytes: maxBytes = DEFAULT_MAX_BODY_BYTES } = route;
  const check = route.body === undefined ? null : compileSchema(route.body);
  const handler = handlers[name] as Handler<Principal | null>;
  const isForPrograms = /^\/(api|oauth)\//.test(route.path);
  const goesOnWhileEnding = name === WHILE_ENDING || (isForWatchers(route) && route.method === "GET");
  return async ({ request, response, params, query, search, readBody, ip, baseUrl, routed }) => {
    routed.route = route.path;
    if (isForPrograms && !isOwnHost(request.headers.host))
      throw new AppError(
        "ORIGIN_REFUSED",
        "the request's Host is no name of this server; DOMAIN_SERVER and ALLOWED_HOSTS set them",
      );
    if (isDraining() && !goesOnWhileEnding)
      throw new AppError("SHUTTING_DOWN", "this process is shutting down", { retryAfterMs: 5_000 });
    // Before the body is read: a stranger's is not worth reading.
    const isKnownWatcher = route.auth === "watcher" && carriesToken(request, metricsToken);
    const isNobody = isKnownWatcher || route.auth === "public";
    let who = isNobody ? null : admitted(await identity.identify(request), route);
    if (who !== null) {
      routed.userId = who.userId;
      // Only where there is a queue: a promise costs a turn.
      const wait = turns(who.userId);
      if (wait !== null) await wait;
    }
    if (route.method !== "GET") checkOrigin(request, { who, publicUrl });
    const checkedQuery = checkQuery(query);
    const headers = checkHeaders(request.headers);
    const isHeld = check !== null && !request.complete;
    const body = check === null ? undefined : await readJsonBody(request, { maxBytes, readBody, clock });
    // Whoever keeps the rest of a body back must not act by rights that are gone when it comes.
    if (isHeld && who !== null) who = admitted(await identity.identify(request), route);
    if (check !== null) refuseMisfit(check, body);
    const caller = () => identity.identify(request);
    const browser = cookieValue(request.headers.cookie, browserCookie.name);
    const ticket = cookieValue(request.headers.cookie, ticketCookie.name);
    const signal = goneSignal(response);
    if (response.closed) return null;
    const asked = { who, caller, browser, ticket, params, body, query: checkedQuery, headers, search, ip, baseUrl, signal };
    const answer = await handler(asked);
    return signal.aborted ? null : answer;
  };
}

const isForWatchers = ({ auth }: RouteSpec) => auth === "public" || auth === "watcher";

/** Compared by digest, so that the time it takes tells nothing. */
function carriesToken({ headers }: IncomingMessage, token: string | null): boolean {
  if (token === null || headers.authorization === undefined) return false;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(headers.authorization), digest(`Bearer ${token}`));
}

function admitted(who: Principal | null, { auth }: RouteSpec): Principal {
  if (who === null) throw new AppError("SIGN_IN_REQUIRED", "nobody is signed in");
  if ((auth === "admin" || auth === "watcher") && who.role !== "ADMIN")
    throw new AppError("ADMIN_REQUIRED", "only admins may do this");
  return who;
}

const NONE = {};

/** Takes the declared ones out of what came, and refuses those that do not fit. */
function compileParameters(schemas: RouteSpec["query"] = {}): (came: object) => Readonly<Record<string, string | undefined>> {
  const names = Object.keys(schemas);
  if (names.length === 0) return () => NONE;
  const check = compileSchema(object(schemas, { optional: names }));
  return (came) => {
    const taken: Record<string, string> = {};
    for (const name of names) {
      const value = Object.hasOwn(came, name) ? (came as Record<string, string | undefined>)[name] : undefined;
      if (value !== undefined) taken[name] = value;
    }
    refuseMisfit(check, taken, "the request's parameters do not fit");
    return taken;
  };
}

/** Aborted when the caller goes away before they have their answer. */
function goneSignal(response: ServerResponse): StopSignal {
  const gone = new Stop();
  response.on("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone;
}

function refuseMisfit(check: SchemaCheck, came: unknown, message = "the request's body does not fit"): void {
  const errors = check(came);
  if (errors.length === 0) return;
  // What was found is left out: it may be a password.
  const details = errors.slice(0, 20).map(({ path, expected }) => ({ path: `/${path.join("/")}`, expected }));
  throw new AppError("REQUEST_INVALID", message, { details });
}
