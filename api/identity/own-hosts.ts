import { isIP } from "node:net";

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
