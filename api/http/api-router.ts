import express, { type Response, type Router } from "express";
import type { RouteSpec } from "../../schemas/routes/route-spec.ts";
import { ROUTES, type RouteName } from "../../schemas/routes/routes.ts";
import type { SessionCookie } from "../identity/session-cookie.ts";
import { TICKET_LIVES_MS } from "../openid/openid-tickets.ts";
import { routeAnswerer, type TreatmentOptions } from "./answer-route.ts";
import { baseUrlOf } from "./base-url.ts";
import type { ApiAnswer } from "./handler.ts";
import { routedOf } from "./request-log.ts";

export interface ApiRouterOptions extends TreatmentOptions {
  /** What the browser's session travels in. */
  cookie: SessionCookie;
}

/** Mounts every route of the table. */
export function apiRouter(options: ApiRouterOptions): Router {
  const router = express.Router({ caseSensitive: true });
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, RouteSpec][]) {
    const answer = routeAnswerer(name, options);
    router[verbOf(route)](route.path, async (request, response) => {
      const answered = await answer({
        request,
        response,
        params: request.params as Record<string, string>,
        query: request.query,
        readBody: request.body,
        ip: () => request.ip ?? "",
        baseUrl: () => baseUrlOf(request, options.publicUrl),
        search: request.originalUrl.replace(/^[^?]*\??/, ""),
        routed: routedOf(response),
      });
      if (answered !== null) send(response, { answered, route, ...options });
    });
  }
  return router;
}

function verbOf({ method }: RouteSpec): "get" | "post" | "patch" | "delete" {
  return method.toLowerCase() as "get" | "post" | "patch" | "delete";
}

interface SendParts extends Pick<ApiRouterOptions, "cookie" | "browserCookie" | "ticketCookie"> {
  answered: ApiAnswer;
  route: RouteSpec;
}

function send(response: Response, { answered, route, cookie, browserCookie, ticketCookie }: SendParts): void {
  const { body, contentType, session, browser, ticket, redirect, status } = answered;
  if (session === null) response.clearCookie(cookie.name, cookie.attributes);
  else if (session !== undefined)
    response.cookie(cookie.name, session.token, { ...cookie.attributes, expires: new Date(session.expiresAt) });
  if (browser !== undefined) response.cookie(browserCookie.name, browser, browserCookie.attributes);
  if (ticket === null) response.clearCookie(ticketCookie.name, ticketCookie.attributes);
  else if (ticket !== undefined)
    response.cookie(ticketCookie.name, ticket, { ...ticketCookie.attributes, maxAge: TICKET_LIVES_MS });
  response.status(status ?? route.status ?? 200);
  if (redirect !== undefined) response.redirect(303, redirect);
  else if (contentType === undefined) response.json(body);
  else response.type(contentType).send(body);
}
