import type { Template, Templates } from "../types.ts";
import { fill } from "./fill.ts";
import { forHeader } from "./header-rules.ts";
import { lookUp } from "./placeholder-value.ts";
import type { ResolveContext } from "./resolved.ts";

/**
 * Headers for a model provider, LibreChat's last step: a known name without a value becomes empty, a header that
 * needs an OpenID credential nobody has is left out, unknown, custom and graph names stay as they stand.
 */
export function resolveModelHeaders(templates: Templates, context: ResolveContext): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, template] of Object.entries(templates)) {
    if (lacksCredential(template, context)) continue;
    const value = fill(blankKnown(template, context), `headers.${name}`, { context, mode: "keep", failures: [] }, forHeader);
    headers[name] = value;
  }
  return headers;
}

function lacksCredential({ segments }: Template, context: ResolveContext): boolean {
  return segments.some(
    (segment) =>
      segment.kind === "placeholder" &&
      segment.family === "openid" &&
      (segment.name === "accessToken" || segment.name === "idToken") &&
      lookUp(segment, context).kind !== "value",
  );
}

function blankKnown({ source, segments }: Template, context: ResolveContext): Template {
  const kept = segments.filter(
    (segment) =>
      segment.kind === "text" ||
      !["user", "openid", "body"].includes(segment.family) ||
      lookUp(segment, context).kind === "value",
  );
  return { source, segments: kept };
}
