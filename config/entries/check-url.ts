import type { Path, Report } from "../problem.ts";
import { PROTECTED_ENV } from "../templates/placeholders.ts";
import { CONTROL, isFitFor, partAfter } from "../templates/resolve-url.ts";
import type { Environment, RemoteTarget, Template } from "../types.ts";

/**
 * A template with only the environment filled in, and `x` where a user's value will stand. Null when it cannot
 * be known yet: a variable is not set, or a user's value decides on scheme or host.
 */
export function previewUrl({ segments }: Template, env: Environment | undefined): string | null {
  let text = "";
  for (const segment of segments) {
    if (segment.kind === "text") {
      text += segment.text;
      continue;
    }
    if (segment.family === "env") {
      const value = PROTECTED_ENV.has(segment.name) ? undefined : env?.[segment.name];
      if (!value) return null;
      text += value;
      continue;
    }
    const part = partAfter(text);
    if (part === "scheme" || part === "authority") return null;
    text += "x";
  }
  return text;
}

/** Scheme, `://` and a host. Parsers take it written in other ways, and leave out what they do not like. */
const PLAIN = /^[a-z][a-z0-9+.-]*:\/\/[^\s/\\?#]/i;

/** Reports a server's URL that no connection of its kind can use, or that says something else to people than to parsers. */
export function checkServerUrl(
  target: Pick<RemoteTarget, "kind" | "url">,
  env: Environment | undefined,
  path: Path,
  report: Report,
): void {
  const schemes = target.kind === "websocket" ? "ws or wss" : "http or https";
  const written = /^([a-z][a-z0-9+.-]*):\/\//i.exec(target.url.source)?.[1];
  const preview = previewUrl(target.url, env);
  const { source } = target.url;
  const isPlain = preview !== null && PLAIN.test(preview.trim()) && !CONTROL.test(source) && source === source.trim();
  const url = isPlain && URL.canParse(preview) ? new URL(preview) : null;
  if (preview === null ? written === undefined || isSchemeOf(target.kind, written) : url !== null && isFitFor(url, target))
    return;
  if (url !== null && (url.username !== "" || url.password !== "")) {
    report(path, {
      code: "url-invalid",
      message: "credentials in a URL end up in logs and are not sent",
      expected: "a URL without user and password",
      suggestion: "put them into a header, for example Authorization",
    });
    return;
  }
  report(path, {
    code: "url-invalid",
    message: url === null && preview !== null ? "this is not a URL" : `the scheme is not one of ${target.kind}`,
    expected: `a URL with ${schemes}`,
    found: describe(preview ?? target.url.source),
    ...(target.kind === "websocket" ? {} : /^wss?$/i.test(written ?? "") ? { suggestion: "use `type: websocket`" } : {}),
  });
}

/** Reports a URL of `oauth`, or a proxy, that cannot be one. */
export function checkPlainUrl(
  template: Template,
  schemes: readonly string[],
  env: Environment | undefined,
  path: Path,
  report: Report,
): void {
  const preview = previewUrl(template, env);
  if (preview === null) return;
  if (URL.canParse(preview) && schemes.includes(new URL(preview).protocol.slice(0, -1))) return;
  report(path, {
    code: "url-invalid",
    message: "this is not a usable URL",
    expected: `a URL with ${schemes.join(", ")}`,
    found: describe(preview),
  });
}

function isSchemeOf(kind: RemoteTarget["kind"], scheme: string): boolean {
  return (kind === "websocket" ? /^wss?$/i : /^https?$/i).test(scheme);
}

/** Scheme and shape only: a URL may carry a secret. */
function describe(text: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(text)?.[0];
  return scheme === undefined ? "a text without scheme" : `a text that begins with ${scheme}`;
}
