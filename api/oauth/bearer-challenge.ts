/** What a refusal says of the sign-in that is wanted (RFC 6750, 3; RFC 9728, 5.1; RFC 9449, 7.1). */
export interface BearerChallenge {
  readonly error: string | null;
  readonly scope: string | null;
  readonly resourceMetadataUrl: string | null;
}

const NONE: BearerChallenge = { error: null, scope: null, resourceMetadataUrl: null };
const TOKEN = "[\\w!#$%&'*+.^`|~-]+";
/** A scheme, which begins a challenge; else a parameter, with quotes or without; else whatever stands between. */
const PIECE = new RegExp(
  `(?:^|,)\\s*(${TOKEN})(?=\\s+[^\\s=]|\\s*(?:,|$))|(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s,"]+))|${TOKEN}|[^]`,
  "gy",
);

/**
 * The first challenge of a kind that can be met, wherever in the header or in how many headers it stands: servers name other
 * schemes beside it (RFC 9110, 11.6.1). Words in the quotes of another parameter are none of its own.
 */
export function bearerChallenge({ headers }: Pick<Response, "headers">): BearerChallenge {
  const text = headers.get("www-authenticate") ?? "";
  let found = null as Map<string, string> | null;
  for (const [, scheme, name, quoted, plain] of text.matchAll(PIECE)) {
    if (scheme !== undefined) {
      if (found !== null) break;
      if (/^(bearer|dpop)$/i.test(scheme)) found = new Map();
    } else if (name !== undefined && found?.has(name.toLowerCase()) === false)
      found.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "");
  }
  if (found === null) return NONE;
  const resource = found.get("resource_metadata") ?? "";
  return {
    error: found.get("error") || null,
    scope: found.get("scope") || null,
    resourceMetadataUrl: URL.canParse(resource) ? new URL(resource).href : null,
  };
}
