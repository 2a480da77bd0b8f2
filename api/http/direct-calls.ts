import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { asJson } from "../../schemas/json-text.ts";
import { ROUTES } from "../../schemas/routes/routes.ts";
import type { Logger } from "../ports/logger.ts";
import type { Meter } from "../ports/meter.ts";
import { routeAnswerer, type TreatmentOptions } from "./answer-route.ts";
import { rootUrlOf, type TrustsProxy } from "./base-url.ts";
import { cutUnread, failureOf } from "./error-handler.ts";
import { refuseTwoHosts } from "./origin.ts";
import { logWhenOver, type Routed } from "./request-log.ts";
import { ANSWER_HEADERS } from "./security-headers.ts";

export interface DirectCallsOptions extends TreatmentOptions {
  logger: Logger;
  meter: Pick<Meter, "requestEnded">;
  trusts: TrustsProxy;
}

const { method: METHOD, path: PATH } = ROUTES.callTool;
const PATTERN = new RegExp(`^${PATH.replace(/:\w+/g, "([^/?#]+)")}$`);
const NAMES = [...PATH.matchAll(/:(\w+)/g)].map(([, name]) => String(name));

const FIXED = Object.entries({
  ...ANSWER_HEADERS,
  "Cache-Control": "no-store",
  "Content-Type": "application/json; charset=utf-8",
}).flat();

/**
 * Tool calls without the framework: they are what this process does all day, and express takes longer over one than
 * all the rest. Same treatment, same answers, same log; whatever is not plainly such a call goes to `otherwise`.
 */
export function directCalls(options: DirectCallsOptions, otherwise: RequestListener): RequestListener {
  const { logger, meter } = options;
  const answer = routeAnswerer("callTool", options);
  const send = (response: ServerResponse, { requestId, status, headers, body }: Sent) => {
    const text = asJson(body, body.content);
    // A list, which node takes as it is.
    const list = [...FIXED, "Content-Length", String(Buffer.byteLength(text)), "X-Request-Id", requestId];
    for (const name in headers) list.push(name, String(headers[name]));
    response.writeHead(status, list);
    response.end(text);
  };
  return async (request, response) => {
    const params = request.method === METHOD ? paramsOf(request) : null;
    if (params === null) return otherwise(request, response);
    const requestId = randomUUID();
    const baseUrl = () => rootUrlOf(request, options);
    const routed: Routed = {};
    logWhenOver({ request, response, requestId: () => requestId, routed: () => routed }, { logger, meter });
    try {
      refuseTwoHosts(request);
      const answered = await answer({
        request,
        response,
        params,
        query: NONE,
        search: "",
        readBody: undefined,
        ip,
        baseUrl,
        routed,
      });
      if (answered !== null) send(response, { requestId, status: 200, body: answered.body as object });
    } catch (error) {
      const failure = failureOf(error, { requestId, path: PATH, baseUrl, logger });
      cutUnread(request);
      if (response.headersSent) return void response.destroy();
      send(response, { ...failure, requestId });
    }
  };
}

interface Sent {
  requestId: string;
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** An answer or an error; only the first has content. */
  body: object & { content?: unknown };
}

const NONE = {};
/** A tool call does not ask for it: behind a proxy only express knows. */
const ip = () => "";

function paramsOf({ url = "" }: IncomingMessage): Record<string, string> | null {
  const found = PATTERN.exec(url);
  if (found === null) return null;
  const params: Record<string, string> = {};
  try {
    for (const [index, name] of NAMES.entries()) params[name] = decodeURIComponent(found[index + 1] ?? "");
  } catch {
    return null;
  }
  return params;
}
