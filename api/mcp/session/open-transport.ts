import type { ResolvedTarget } from "../../../config/templates/resolved.ts";
import type { ServerConfig } from "../../../config/types.ts";
import type { Egress } from "../../egress/egress.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Audience } from "../audience.ts";
import type { GuardableTransport } from "../guards/guarded-transport.ts";
import { type StdioTransport, stdioTransport } from "../stdio/stdio-transport.ts";
import {
  type AuthorizeRequest,
  httpTransport,
  type Refusal,
  type RemoteTransport,
  sseTransport,
} from "../transports/remote-transport.ts";
import { websocketTransport } from "../transports/websocket-transport.ts";

export interface OpenedTransport {
  transport: GuardableTransport;
  /**
   * `auto` asks the server which era it speaks; `legacy-first` tries the handshake and is started anew for anything
   * else; `legacy` and `modern` speak that one and no other.
   */
  negotiation: "auto" | "legacy-first" | "legacy" | "modern";
  /** What helps to tell why something failed. */
  context(): { refusal: Refusal | null; sentCredentials: boolean; hasSession: boolean; signInTo: string | null };
  /** The program behind it; null where there is none. */
  program: Pick<StdioTransport, "end" | "stderrText" | "unreadForMs"> | null;
  /** How long answers take to begin; null where nothing can stand between. */
  heads: RemoteTransport["heads"] | null;
}

export interface TransportOptions {
  /** Hears what a program writes to stderr. */
  onStderr?: (chunk: Buffer) => void;
  target: ResolvedTarget;
  /** The way out for remote targets; a program needs none. */
  egress: Egress | null;
  sseReadTimeoutMs: number;
  clock: Clock;
  /** Told each time a stream that ended is about to be opened again. */
  reopening?: () => void;
  audience: Audience;
  /** True when a header carries a secret: then a 401 refuses it rather than asking for a sign-in. */
  sendsCredentials: boolean;
  /** The server's name where people can sign in to it, else null: a 401 is then a refusal. */
  signInTo: string | null;
  authorize: AuthorizeRequest | null;
  /** What the operator knows of the server. */
  protocolEra: ServerConfig["protocolEra"];
}

const NOTHING_SENT = { refusal: null, sentCredentials: false, hasSession: false, signInTo: null };

/** The transport for a target that is ready to be connected. Nothing is started before the SDK does. */
export function openTransport(options: TransportOptions): OpenedTransport {
  const { target, egress, sseReadTimeoutMs, clock, audience, sendsCredentials, signInTo, authorize, protocolEra } = options;
  if (target.kind === "stdio") {
    const transport = stdioTransport({ ...target, onStderr: options.onStderr });
    return {
      transport,
      negotiation: protocolEra === "auto" ? "legacy-first" : protocolEra,
      context: () => NOTHING_SENT,
      program: transport,
      heads: null,
    };
  }
  if (egress === null) throw new TypeError("a remote target needs a way out");
  const { url, headers, kind } = target;
  if (kind === "websocket") {
    const transport = websocketTransport({ url, egress });
    return {
      transport,
      negotiation: "legacy",
      context: () => NOTHING_SENT,
      program: null,
      heads: null,
    };
  }
  const endpoint = { url, headers, egress, authorize, sseReadTimeoutMs, clock, audience, reopening: options.reopening };
  const transport = kind === "sse" ? sseTransport(endpoint) : httpTransport(endpoint);
  return {
    transport,
    negotiation: kind === "sse" ? "legacy" : protocolEra,
    context: () => ({
      refusal: transport.lastRefusal(),
      sentCredentials: sendsCredentials,
      // With the older transport every message names one, in its address.
      hasSession: kind === "sse" || transport.sessionId !== undefined,
      signInTo,
    }),
    program: null,
    heads: transport.heads,
  };
}
