import type { LookupFunction } from "node:net";
import { isBlockedTarget, isPrivateAddress } from "../../config/target-policy.ts";
import { AppError } from "../errors/app-error.ts";
import type { NameLookup } from "./name-lookup.ts";

/** What one request may reach. */
export interface TargetGate {
  /** Throws TARGET_BLOCKED unless this URL may be asked. Looks at the parsed host; literal addresses end here. */
  check(url: URL): void;
  /** May this address, which `hostname` resolved to, be dialled for this port? */
  allowsAddress(address: string, hostname: string, port: number): boolean;
}

export interface TargetGateOptions {
  /** Exactly these origins are trusted, private or not: what the operator wrote. */
  trustedOrigins: readonly string[];
  /** `host:port` pairs, private ones, that anybody may reach (`mcpSettings.allowedAddresses`). */
  allowedAddresses: readonly string[];
  /** Whole origins that the operator put on a list, private or not. */
  isListed?: (origin: string) => boolean;
}

/**
 * Decides which hosts may be reached: the operator's own origins, and public addresses.
 * Addresses are judged after parsing and again after resolution, so no spelling and no DNS answer gets around it.
 */
export function targetGate({ trustedOrigins, allowedAddresses, isListed = () => false }: TargetGateOptions): TargetGate {
  const trusted = new Set(trustedOrigins.map((origin) => httpOrigin(new URL(origin))));
  const trustedHosts = new Set([...trusted].map((origin) => hostAndPort(new URL(origin))));
  const exempt = new Set(allowedAddresses.map((pair) => pair.toLowerCase()));
  return {
    check(url) {
      if (trusted.has(httpOrigin(url)) || isListed(url.origin)) return;
      if (url.protocol !== "https:" && url.protocol !== "http:" && url.protocol !== "wss:" && url.protocol !== "ws:") {
        throw blocked(url, "only http, https, ws and wss are allowed");
      }
      if (!exempt.has(hostAndPort(url)) && isBlockedTarget(url.hostname)) throw blocked(url, "it is an internal address");
    },
    allowsAddress(address, hostname, port) {
      const pair = `${hostname}:${port}`;
      if (trustedHosts.has(pair) || exempt.has(pair) || exempt.has(`${address}:${port}`) || !isPrivateAddress(address))
        return true;
      return isListed(`https://${pair}`) || isListed(`http://${pair}`);
    },
  };
}

/** A DNS look-up that hands out allowed addresses only; undici dials exactly what it returns. */
export function gatedLookup(gate: TargetGate, port: number, lookup: NameLookup): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, options).then(
      (addresses) => {
        const allowed = addresses.filter(({ address }) => gate.allowsAddress(address, hostname.toLowerCase(), port));
        const first = allowed[0];
        if (first === undefined) return done(new AppError("TARGET_BLOCKED", `${hostname} resolves to an internal address`), []);
        if (options.all === true) return done(null, allowed);
        done(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => done(error, []),
    );
  };
}

function blocked(url: URL, why: string): AppError {
  return new AppError("TARGET_BLOCKED", `${url.host || url.protocol} may not be reached: ${why}`);
}

/** `[::1]` → `::1`; lower case, no trailing dot. */
function bareHost(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
}

/** ws and http are one origin here, as are wss and https: they are the same listener. */
function httpOrigin(url: URL): string {
  const scheme = url.protocol === "ws:" ? "http:" : url.protocol === "wss:" ? "https:" : url.protocol;
  return `${scheme}//${hostAndPort(url)}`;
}

function hostAndPort(url: URL): string {
  const secure = url.protocol === "https:" || url.protocol === "wss:";
  return `${bareHost(url.hostname)}:${url.port || (secure ? "443" : "80")}`;
}
