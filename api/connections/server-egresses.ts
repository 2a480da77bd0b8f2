import type { PlatformConfig, RemoteTarget, ResolvedTarget, ServerConfig } from "../../config/types.ts";
import { type Egress, type EgressOptions, openEgress } from "../egress/egress.ts";
import { targetGate } from "../egress/target-gate.ts";

export interface EgressLimits extends Pick<EgressOptions, "maxResponseBytes" | "maxEventBytes" | "lookup"> {
  /** For servers without one of their own. */
  proxy?: string | null;
}

/** The ways out, one per server and target origin, shared by all users of that server. */
export interface ServerEgresses {
  forTarget(server: ServerConfig, target: Extract<ResolvedTarget, { url: string }>): Egress;
  close(): Promise<void>;
}

/**
 * An operator's URL is trusted for exactly its own origin, private or not. An origin that a user's value
 * has a part in, or that was entered in the UI, gets public addresses and what `allowedAddresses` opens.
 */
export function serverEgresses(settings: () => PlatformConfig["settings"], limits: EgressLimits = {}): ServerEgresses {
  const open = new Map<string, Egress>();
  return {
    forTarget(server, target) {
      const { origin } = new URL(target.url);
      const isTrusted = server.origin === "operator" && server.target.kind !== "stdio" && isOperatorsOrigin(server.target);
      // As in LibreChat's files, exemptions count only while no list of domains rules.
      const { allowedDomains } = settings();
      const allowedAddresses = allowedDomains.length === 0 ? settings().allowedAddresses : [];
      const proxy = target.proxy ?? limits.proxy ?? null;
      const key = JSON.stringify([server.name, server.connectionDigest, origin, proxy, isTrusted, allowedAddresses]);
      const existing = open.get(key);
      if (existing !== undefined) return existing;
      const gate = targetGate({ trustedOrigins: isTrusted ? [new URL(target.url).href] : [], allowedAddresses });
      const egress = openEgress({ ...limits, gate, proxy });
      open.set(key, egress);
      return egress;
    },
    async close() {
      await Promise.all([...open.values()].map((egress) => egress.close()));
      open.clear();
    },
  };
}

/**
 * Does the operator alone decide on scheme, host and port? Reads up to the first `/`, `?` or `#` behind
 * `scheme://`; an `${ENV}` that holds the whole address is the operator's as well.
 */
function isOperatorsOrigin({ url }: RemoteTarget): boolean {
  let text = "";
  for (const segment of url.segments) {
    if (segment.kind === "placeholder" && segment.family !== "env") return false;
    text += segment.kind === "text" ? segment.text : "";
    if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*[/?#]/i.test(text)) return true;
  }
  return true;
}
