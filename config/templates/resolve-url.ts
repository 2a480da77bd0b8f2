import type { RemoteTarget, Template } from "../types.ts";
import { type Encode, type Filling, fill } from "./fill.ts";

type UrlPart = "scheme" | "authority" | "path" | "query";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
export const CONTROL = /[\x00-\x1f\x7f]/;
/** What would end the host, or put a name before it. */
const ENDS_HOST = /[\s/\\?#@%<>^|]/;

/**
 * A URL with its values in place. What an operator's `${ENV}` holds counts as written there; any other value is
 * encoded for its place, stays within one path segment, and cannot change the host it stands in.
 */
export function resolveUrl(target: RemoteTarget, filling: Filling): string {
  const failuresBefore = filling.failures.length;
  const url = fill(target.url, "url", filling, forUrl);
  if (filling.failures.length > failuresBefore) return url;
  const culprit = target.url.segments.find((segment) => segment.kind === "placeholder");
  const isUsable = URL.canParse(url)
    ? isFitFor(new URL(url), target) && keepsItsPath(target.url, url)
    : isLeftAsText(target.url, url);
  if (!isUsable) {
    const { family = "unknown", name = "url" } = culprit?.kind === "placeholder" ? culprit : {};
    filling.failures.push({ reason: "notSendable", family, name, field: "url" });
  }
  return url;
}

export const forUrl: Encode = (value, { family }, before) => {
  if (CONTROL.test(value)) return null;
  if (family === "env") return value;
  switch (partAfter(before)) {
    case "scheme":
      return value;
    case "authority":
      return ENDS_HOST.test(value) ? null : value;
    default:
      return encodeComponent(value);
  }
};

/** Which part of a URL comes next after this text. */
export function partAfter(before: string): UrlPart {
  const rest = /^[a-z][a-z0-9+.-]*:\/\/(.*)$/is.exec(before)?.[1];
  if (rest === undefined) return "scheme";
  if (/[?#]/.test(rest)) return "query";
  return /[/\\]/.test(rest) ? "path" : "authority";
}

/** The schemes that a kind of connection speaks. */
export function isFitFor(url: URL, { kind }: { kind: RemoteTarget["kind"] }): boolean {
  const schemes = kind === "websocket" ? ["ws:", "wss:"] : ["http:", "https:"];
  return schemes.includes(url.protocol) && url.username === "" && url.password === "";
}

/** `.` and `..`, however they came about, would step out of the path the operator wrote. */
function keepsItsPath({ segments }: Template, url: string): boolean {
  if (segments.every((segment) => segment.kind === "text" || segment.family === "env")) return true;
  const path = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "");
  return !path.split(/[/\\]/).some((part) => /^(\.|%2e){1,2}$/i.test(part));
}

/** In `keep` mode LibreChat's literal text may stand where no URL can hold it. */
function isLeftAsText({ segments }: Template, url: string): boolean {
  return segments.some((segment) => segment.kind === "placeholder" && url.includes(segment.source));
}

function encodeComponent(value: string): string | null {
  try {
    return encodeURIComponent(value);
  } catch {
    // Half of a surrogate pair has no UTF-8 form.
    return null;
  }
}
