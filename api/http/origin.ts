import type { IncomingMessage } from "node:http";
import { AppError } from "../errors/app-error.ts";
import { hasTwoHosts } from "../identity/own-hosts.ts";
import { isOwnOrigin } from "../identity/own-origin.ts";
import type { Principal } from "../ports/identity.ts";

/**
 * Refuses a change that a foreign page asks a browser to make. Programs with a key of their own send no
 * Origin and carry no cookie, so nothing can be done in their name. (OWASP, CSRF: verifying origin.)
 */
export function checkOrigin(
  request: IncomingMessage,
  { who, publicUrl }: { who: Principal | null; publicUrl: string | null },
): void {
  if (who?.via === "api_key") return;
  const { origin } = request.headers;
  const site = request.headers["sec-fetch-site"];
  if (origin === undefined) {
    if (site === undefined || site === "same-origin" || site === "none") return;
    throw new AppError("ORIGIN_REFUSED", "the request comes from another page");
  }
  if (!isOwnOrigin(origin, { host: request.headers.host, publicUrl })) {
    throw new AppError("ORIGIN_REFUSED", "the request comes from another page");
  }
}

export function refuseTwoHosts(request: IncomingMessage): void {
  if (!hasTwoHosts(request)) return;
  const details = [{ path: "/", expected: "one `Host` header" }];
  throw new AppError("REQUEST_INVALID", "the request names more than one host", { details });
}
