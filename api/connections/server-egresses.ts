import { isOperatorsOrigin } from "../../config/entries/operators-origin.ts";
import type { ResolvedTarget } from "../../config/templates/resolved.ts";
import type { PlatformConfig, ServerConfig } from "../../config/types.ts";
import { type Egress, type EgressOptions, openEgress } from "../egress/egress.ts";
import { type TargetGateOptions, targetGate } from "../egress/target-gate.ts";

export interface EgressLimits extends Pick<EgressOptions, "maxResponseBytes" | "maxEventBytes" | "lookup"> {
  /** For servers without one of their own. */
  proxy?: string | null;
  /** The operator's word that proxies refuse private addresses themselves. @default false */
  proxyEnforcesPolicy?: boolean;
  isOwnDoor?: TargetGateOptions["isOwnDoor"];
}

type RemoteResolved = Extract<ResolvedTarget, { url: string }>;

/** The ways out, one per server and target origin, shared by all users of that server. */
export interface ServerEgresses {
  forTarget(server: ServerConfig, target: RemoteResolved): Egress;
  /**
   * To the authorization servers of this server. `written`: their addresses as far as the operator wrote them. Others
   * get public addresses and what lists open, as servers do.
   */
  forSignIn(server: ServerConfig, target: RemoteResolved, written: readonly string[]): Egress;
  /** To an address that a person entered: public ones, and what lists open. */
  forUserAddress(): Egress;
  /** To an address that only the operator decides on, for the platform itself. */
  forPlatform(address: string): Egress;
  close(): Promise<void>;
}

/** Those not used for longest are not kept beyond this: who still holds one goes on with it, and its lines end when idle. */
const MAX_KEPT = 1_000;

/**
 * An operator's URL is trusted for exactly its own origin, private or not. An origin that a user's value
 * has a part in, or that was entered in the UI, gets public addresses and what `allowedAddresses` opens.
 */
export function serverEgresses(settings: () => PlatformConfig["settings"], limits: EgressLimits = {}): ServerEgresses {
  const { isOwnDoor, proxyEnforcesPolicy = false } = limits;
  const open = new Map<string, Egress>();
  const way = (server: ServerConfig, target: RemoteResolved, signIn: readonly string[]): Egress => {
    const { origin } = new URL(target.url);
    const isOperators = server.origin === "operator";
    const isTrusted = isOperators && server.target.kind !== "stdio" && isOperatorsOrigin(server.target.url);
    const written = isOperators ? signIn.map((each) => new URL(each).origin) : [];
    const trusted = [...(isTrusted ? [new URL(target.url).href] : []), ...written];
    return opened([server.name, server.connectionDigest, origin], trusted, target.proxy ?? limits.proxy ?? null);
  };
  const opened = (whose: readonly string[], trustedOrigins: readonly string[], proxy: string | null): Egress => {
    // As in LibreChat's files, exemptions count only while no list of domains rules.
    const { allowedDomains } = settings();
    const allowedAddresses = allowedDomains.length === 0 ? settings().allowedAddresses : [];
    const key = JSON.stringify([whose, proxy, trustedOrigins, allowedDomains, allowedAddresses]);
    const existing = open.get(key);
    if (existing !== undefined) {
      open.delete(key);
      open.set(key, existing);
      return existing;
    }
    const gate = targetGate({
      trustedOrigins,
      allowedAddresses,
      allowedDomains,
      isOwnDoor,
      isResolvedElsewhere: proxy !== null && !proxyEnforcesPolicy,
    });
    const egress = openEgress({ ...limits, gate, proxy });
    open.set(key, egress);
    const [oldest] = open.keys();
    if (open.size > MAX_KEPT && oldest !== undefined) open.delete(oldest);
    return egress;
  };
  return {
    forTarget: (server, target) => way(server, target, []),
    forSignIn: way,
    forPlatform: (address) => opened([], [address], limits.proxy ?? null),
    forUserAddress: () => opened(["user address"], [], limits.proxy ?? null),
    async close() {
      await Promise.all([...open.values()].map((egress) => egress.close()));
      open.clear();
    },
  };
}
