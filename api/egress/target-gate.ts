import { isIP, type LookupFunction } from "node:net";
import {
  bareHost,
  isBlockedTarget,
  isPrivateAddress,
  isReservedAddress,
  isServerUrlAllowed,
  namesOrigin,
} from "../../config/target-policy.ts";
import { AppError } from "../errors/app-error.ts";
import type { NameLookup } from "./name-lookup.ts";

/** What one request may reach. */
export interface TargetGate {
  /** Throws TARGET_BLOCKED unless this URL may be asked. Looks at the parsed host; literal addresses end here. */
  check(url: URL): void;
  /** May this address, which the origin's host resolved to, be dialled for it? */
  allowsAddress(address: string, origin: URL): boolean;
}

export interface TargetGateOptions {
  /** Exactly these origins are trusted, private or not: what the operator wrote. */
  trustedOrigins: readonly string[];
  /** `host:port` pairs, private ones, that anybody may reach (`mcpSettings.allowedAddresses`). */
  allowedAddresses: readonly string[];
  /** `mcpSettings.allowedDomains`: an origin that is named there, scheme, host and port, may be private. @default [] */
  allowedDomains?: readonly string[];
  /** Where this house itself is reached: only the operator may send it to its own door. */
  isOwnDoor?: (host: string, port: number) => boolean;
  /** Somebody else looks names up, and no address can be judged: a name must be on a list then. @default false */
  isResolvedElsewhere?: boolean;
}

/**
 * Decides which hosts may be reached: the operator's own origins, and public addresses.
 * Addresses are judged after parsing and again after resolution, so no spelling and no DNS answer gets around it.
 */
export function targetGate(options: TargetGateOptions): TargetGate {
  const { trustedOrigins, allowedAddresses, allowedDomains = [], isOwnDoor = () => false, isResolvedElsewhere = false } = options;
  const trusted = new Set(trustedOrigins.map((origin) => httpOrigin(new URL(origin))));
  const exempt = new Set(allowedAddresses.map((pair) => hostAndPort(new URL(`http://${pair}`))));
  const isExempt = (url: URL) => exempt.has(hostAndPort(url)) || namesOrigin(url, allowedDomains);
  const isListed = ({ href }: URL) => allowedDomains.length > 0 && isServerUrlAllowed(href, allowedDomains);
  return {
    check(url) {
      if (trusted.has(httpOrigin(url))) return;
      const host = bareHost(url.hostname);
      if (!SCHEMES.has(url.protocol)) throw blocked(host || url.protocol);
      if (isOwnDoor(host, portOf(url))) throw blocked(host);
      if (isExempt(url)) return;
      if (isBlockedTarget(host) || (isIP(host) !== 0 && isReservedAddress(host))) throw blocked(host);
      if (isResolvedElsewhere && isIP(host) === 0 && !isListed(url)) throw unlisted(host);
    },
    allowsAddress(address, origin) {
      if (trusted.has(httpOrigin(origin))) return true;
      if (isOwnDoor(address, portOf(origin))) return false;
      if (isExempt(origin) || exempt.has(`${address}:${portOf(origin)}`)) return true;
      return !isPrivateAddress(address) && !isReservedAddress(address);
    },
  };
}

const SCHEMES: ReadonlySet<string> = new Set(["https:", "http:", "wss:", "ws:"]);

/**
 * A look-up that hands out a name's addresses only when all of them may be dialled: a name with one foot inside is
 * not tried at its other one. undici dials exactly what it returns, so nothing can change in between.
 */
export function gatedLookup(gate: TargetGate, origin: URL, lookup: NameLookup): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, options).then(
      (addresses) => {
        const isOpen = addresses.every(({ address }) => gate.allowsAddress(address, origin));
        const [first] = addresses;
        if (!isOpen || first === undefined) return done(blocked(bareHost(hostname)), []);
        if (options.all === true) return done(null, [...addresses]);
        done(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => done(error, []),
    );
  };
}

/** In the same words for every refusal: they must not tell what is there. */
function blocked(what: string): AppError {
  return new AppError("TARGET_BLOCKED", `${what} may not be reached: only public addresses are open, by http, https, ws and wss`);
}

function unlisted(host: string): AppError {
  return new AppError(
    "TARGET_BLOCKED",
    `${host} may not be reached: behind a proxy a name must be in mcpSettings, or PROXY_ENFORCES_POLICY be true`,
  );
}

/** ws and http are one origin here, as are wss and https: they are the same listener. */
function httpOrigin(url: URL): string {
  const scheme = url.protocol === "ws:" ? "http:" : url.protocol === "wss:" ? "https:" : url.protocol;
  return `${scheme}//${hostAndPort(url)}`;
}

function hostAndPort(url: URL): string {
  return `${bareHost(url.hostname)}:${portOf(url)}`;
}

export function portOf({ port, protocol }: URL): number {
  return Number(port) || (protocol === "https:" || protocol === "wss:" ? 443 : 80);
}
