import type { RequestHandler } from "express";
import helmet from "helmet";

/** `iconPaths`: the icons of the servers in force. Their sites are the only foreign ones that images may come from. */
export function securityHeaders(iconPaths: () => Iterable<string | null>): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", "data:", "blob:", () => imageOrigins(iconPaths()).join(" ")],
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

/**
 * For an answer in JSON, which no page is made of: it is nothing else, nothing of it runs, and no foreign page gets to it
 * (OWASP, REST Security, "Security Headers").
 */
export const ANSWER_HEADERS = {
  "Content-Security-Policy": "default-src 'none';frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
} as const;

/** Any site would be a way out: an address in a tool's text could carry what the tool has read. */
function imageOrigins(iconPaths: Iterable<string | null>): string[] {
  const remote = [...iconPaths].filter((path) => path !== null && /^https:/i.test(path) && URL.canParse(path));
  const origins = new Set(remote.map((path) => new URL(String(path)).origin));
  // A host may hold characters that would end the directive.
  return [...origins].filter((origin) => /^https:\/\/[\w.:[\]-]+$/.test(origin));
}
