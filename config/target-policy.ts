import ipaddr from "ipaddr.js";

export interface TargetSettings {
  readonly allowedDomains: readonly string[];
  readonly allowedAddresses: readonly string[];
}

/** Names that mean a service beside us in most deployments. */
const SERVICE_NAMES = new Set(
  `redis valkey memcached mongo mongodb postgres postgresql pgvector mysql mariadb cassandra clickhouse influxdb neo4j
  database db elasticsearch opensearch kibana meilisearch qdrant weaviate vectordb rag_api rag-api api backend rabbitmq
  kafka nats zookeeper etcd consul vault minio prometheus grafana kubernetes docker internal metadata instance-data`.split(/\s+/),
);
const INTERNAL_NAME = /^localhost$|\.(localhost|localdomain|local|internal)$/;

/** Is this literal address one that only exists inside of a network? Looks through every way to wrap a v4 address. */
export function isPrivateAddress(address: string): boolean {
  const bare = bareHost(address).replace(/%.*$/, "");
  if (!ipaddr.isValid(bare)) return false;
  const parsed = ipaddr.parse(bare);
  if (parsed instanceof ipaddr.IPv4) return isPrivateV4(parsed);
  const inner = wrappedV4(parsed);
  if (inner !== null) return isPrivateV4(inner);
  return inAny(parsed, PRIVATE_V6) || isPrivateIsatap(parsed);
}

/** Is this literal address one that nobody outside may have? LibreChat calls these public. */
export function isReservedAddress(address: string): boolean {
  const plain = plainAddress(address);
  if (!ipaddr.isValid(plain)) return false;
  const parsed = ipaddr.parse(plain);
  return parsed instanceof ipaddr.IPv4 ? inAny(parsed, RESERVED_V4) : inAny(parsed, RESERVED_V6);
}

/** The address itself: canonical, and out of what wraps a v4 address. Anything else as it stands. */
export function plainAddress(address: string): string {
  const bare = bareHost(address).replace(/%.*$/, "");
  if (!ipaddr.isValid(bare)) return bare;
  const parsed = ipaddr.parse(bare);
  return (parsed instanceof ipaddr.IPv6 ? (wrappedV4(parsed) ?? parsed) : parsed).toString();
}

/** Is this host an internal target by its name or literal address, and not exempt as exactly this host:port? */
export function isBlockedTarget(
  host: string,
  { port, allowedAddresses = [] }: { port?: string; allowedAddresses?: readonly string[] } = {},
): boolean {
  const bare = bareHost(host);
  const isInternal = isPrivateAddress(bare) || INTERNAL_NAME.test(bare) || SERVICE_NAMES.has(bare);
  return isInternal && !allowedAddresses.some((entry) => isSamePair(entry, bare, port));
}

const SERVER_SCHEMES: ReadonlySet<string | null> = new Set(["http", "https", "ws", "wss"]);

/** Does the list let this URL through? An empty list lets everything through, what no server has never passes a list. */
export function isServerUrlAllowed(url: string, allowedDomains: readonly string[]): boolean {
  if (allowedDomains.length === 0) return true;
  const target = URL.canParse(url) ? partsOf(url) : null;
  return target !== null && SERVER_SCHEMES.has(target.scheme) && allowedDomains.some((entry) => matches(target, partsOf(entry)));
}

/**
 * Does the list name exactly this origin? A pattern names none; a port that is not written is the scheme's own, a scheme
 * that is not written is the URL's.
 */
export function namesOrigin(url: URL, allowedDomains: readonly string[]): boolean {
  const exact = ({ protocol, hostname, port }: URL) => `${protocol}//${bareHost(hostname)}:${port}`;
  return allowedDomains.some((entry) => {
    const named = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(entry) ? entry : `${url.protocol}//${entry}`);
    return named !== null && exact(named) === exact(url);
  });
}

/** LibreChat's whole rule: with `allowedDomains` the list alone decides, without one internal targets are refused. */
export function isTargetAllowed(url: string, { allowedDomains, allowedAddresses }: TargetSettings): boolean {
  if (allowedDomains.length > 0) return isServerUrlAllowed(url, allowedDomains);
  if (!URL.canParse(url)) return true;
  const { hostname, protocol, port } = new URL(url);
  const isSecure = protocol === "https:" || protocol === "wss:";
  return !isBlockedTarget(hostname, { port: port || (isSecure ? "443" : "80"), allowedAddresses });
}

/** Why this cannot be an entry of `allowedAddresses`; null when it can. */
export function allowedAddressFault(entry: string): string | null {
  const [, host, port] = /^(\[[^\]]+\]|[^\s:/[\]]+):(\d{1,5})$/.exec(entry) ?? [];
  if (host === undefined || port === undefined) return "host:port or [v6]:port, no URL and no range";
  if (Number(port) < 1 || Number(port) > 65_535) return "a port from 1 to 65535";
  const bare = bareHost(host);
  if (ipaddr.isValid(bare)) return isPrivateAddress(bare) ? null : "a private address; public ones need no exemption";
  const isName = /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i.test(bare) && /[a-z]/i.test(bare);
  return isName ? null : "a host name or a private address";
}

/** A URL for logs: no credentials, no query, no fragment. */
export function sanitizeUrl(url: string): string {
  if (!URL.canParse(url)) return "[invalid URL]";
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

interface TargetParts {
  readonly scheme: string | null;
  readonly host: string;
  /** Null where none is written, even if the scheme implies one. */
  readonly port: string | null;
}

function partsOf(text: string): TargetParts {
  const [, scheme = null, rest = ""] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(text.trim()) ?? [];
  const authority = rest.replace(/[/?#\\].*$/s, "");
  const port = /:(\d+)$/.exec(authority)?.[1] ?? null;
  // A host is what the parser says: it undoes every other spelling of a name or number.
  const host = URL.parse(scheme === null ? `http://${authority}` : text)?.hostname ?? authority.replace(/:\d+$/, "");
  return { scheme: scheme?.toLowerCase() ?? null, host: bareHost(host).replace(/^www\./, ""), port };
}

function matches(target: TargetParts, allowed: TargetParts): boolean {
  if (allowed.scheme !== null && allowed.scheme !== target.scheme) return false;
  if (allowed.port !== null && allowed.port !== target.port) return false;
  if (!allowed.host.startsWith("*.")) return allowed.host === target.host;
  const base = allowed.host.slice(2);
  return target.host === base || target.host.endsWith(`.${base}`);
}

/** Compared as the parser spells them: `10.0.0.5:08080` is what `10.0.0.5:8080` is. */
function isSamePair(entry: string, host: string, port: string | undefined): boolean {
  if (port === undefined || !/:\d+$/.test(entry.trim())) return false;
  const [named, asked] = [entry.trim(), `${host.includes(":") ? `[${host}]` : host}:${port}`].map((pair) =>
    URL.parse(`http://${pair}`),
  );
  return (
    named != null && asked != null && `${bareHost(named.hostname)}:${named.port}` === `${bareHost(asked.hostname)}:${asked.port}`
  );
}

/** `[::1]` → `::1`; lower case, no dots behind. */
export function bareHost(host: string): string {
  return host
    .trim()
    .replace(/^\[|\]$/g, "")
    .replace(/(?<!\.)\.+$/, "")
    .toLowerCase();
}

type Range<T> = readonly [T, number];
const v4 = (ranges: string): Range<ipaddr.IPv4>[] => ranges.split(" ").map((range) => ipaddr.IPv4.parseCIDR(range));
const v6 = (ranges: string): Range<ipaddr.IPv6>[] => ranges.split(" ").map((range) => ipaddr.IPv6.parseCIDR(range));

const PRIVATE_V4 = v4(
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16 198.18.0.0/15 224.0.0.0/3",
);
const PRIVATE_V6 = v6("100::/64 64:ff9b:1::/48 5f00::/16 fc00::/7 fe80::/10 ff00::/8");
/** For documentation (RFC 5737, 3849, 9637), and what once was site-local (RFC 3879). */
const RESERVED_V4 = v4("192.0.2.0/24 198.51.100.0/24 203.0.113.0/24");
const RESERVED_V6 = v6("2001:db8::/32 3fff::/20 fec0::/10");
/** Mapped, translated, compatible, NAT64: the v4 address is at the end. */
const WRAPPED_AT_END = v6("::/96 ::ffff:0:0/96 ::ffff:0:0:0/96 64:ff9b::/96");
const SIX_TO_FOUR = v6("2002::/16");
const TEREDO = v6("2001::/32");

function isPrivateV4(address: ipaddr.IPv4): boolean {
  return inAny(address, PRIVATE_V4);
}

/** RFC 5214: behind any prefix, a v4 address for the tunnel's other end. */
function isPrivateIsatap(address: ipaddr.IPv6): boolean {
  const bytes = address.toByteArray();
  const isIsatap = ((bytes[8] ?? 0) & 0xfd) === 0 && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;
  return isIsatap && isPrivateV4(new ipaddr.IPv4(bytes.slice(12)));
}

function wrappedV4(address: ipaddr.IPv6): ipaddr.IPv4 | null {
  const bytes = address.toByteArray();
  if (inAny(address, WRAPPED_AT_END)) return new ipaddr.IPv4(bytes.slice(12));
  if (inAny(address, SIX_TO_FOUR)) return new ipaddr.IPv4(bytes.slice(2, 6));
  if (inAny(address, TEREDO)) return new ipaddr.IPv4(bytes.slice(12).map((byte) => byte ^ 0xff));
  return null;
}

function inAny<T extends ipaddr.IPv4 | ipaddr.IPv6>(address: T, ranges: readonly Range<T>[]): boolean {
  return ranges.some((range) => (address as { match(other: readonly [unknown, number]): boolean }).match(range));
}
