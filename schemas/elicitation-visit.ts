const MAX_CHARS = 8 * 1024;
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The page a server asks a person to visit, or null when nobody may be sent there: only https, http on this very machine,
 * and no name or password before the host, which would pass for one.
 */
export function visitUrl(url: unknown): URL | null {
  if (typeof url !== "string" || url.length > MAX_CHARS || !URL.canParse(url)) return null;
  const parsed = new URL(url);
  const { protocol, hostname, username, password } = parsed;
  if (username !== "" || password !== "") return null;
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname)) ? parsed : null;
}
