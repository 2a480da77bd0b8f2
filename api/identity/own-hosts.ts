import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { AppError } from "../errors/app-error.ts";

/**
 * Tells whether a `Host` may be ours. A page of a stranger can have its own name lead to this machine (DNS rebinding) and
 * is then of the same origin in its browser's eyes; but it cannot do so under an address, under a name that only a local
 * network knows, or under the operator's own. `publicUrl` and `allowed` are those.
 */
export function ownHosts({ publicUrl, allowed }: { publicUrl: string | null; allowed: readonly string[] }) {
  const named = new Set(allowed.map((host) => host.toLowerCase()));
  if (publicUrl !== null) named.add(new URL(publicUrl).hostname);
  const judge = (host: string): boolean => {
    if (!URL.canParse(`http://${host}`)) return false;
    const name = new URL(`http://${host}`).hostname.replace(/\.$/, "");
    return named.has(name) || isIP(name.replace(/^\[|\]$/g, "")) !== 0 || isLocalName(name);
  };
  // Nearly every request comes by one name.
  let last = { host: "", isOwn: false };
  return (host: string | undefined): boolean => {
    // Every browser says where it thinks it is.
    if (host === undefined) return true;
    if (host !== last.host) last = { host, isOwn: judge(host) };
    return last.isOwn;
  };
}

/** No resolver of the open network answers for these (RFC 6761, RFC 6762, and the top level kept for private use). */
function isLocalName(name: string): boolean {
  return !name.includes(".") || /\.(localhost|local|internal)$/.test(name);
}

/**
 * Checks an address that authorization servers are told to send browsers back to, and gives it. A request's Host is
 * whatever its sender wrote: without an address of the operator's, only this very machine and their `allowed` names do.
 */
export function returnAddress({ publicUrl, allowed }: { publicUrl: string | null; allowed: readonly string[] }) {
  const named = new Set(allowed.map((host) => host.toLowerCase()));
  return (baseUrl: string): string => {
    if (publicUrl !== null) return baseUrl;
    const name = URL.parse(baseUrl)?.hostname.replace(/\.$/, "") ?? "";
    if (named.has(name) || LOOPBACK.test(name)) return baseUrl;
    throw new AppError(
      "ORIGIN_REFUSED",
      "nobody can be sent back here from a sign-in elsewhere: the operator must set DOMAIN_SERVER to this server's address (a host application: publicUrl)",
    );
  };
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|\[::1\]|(.+\.)?localhost)$/;

/** Two `Host` headers make a request that each part on its way may read as another's (RFC 9112, 3.2). Node keeps the first. */
export function hasTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === "host") hosts += 1;
  }
  return hosts > 1;
}
