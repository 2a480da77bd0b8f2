import { isServerUrlAllowed } from "../../config/target-policy.ts";
import type { ResolvedTarget } from "../../config/templates/resolved.ts";
import type { PlatformConfig, ServerConfig } from "../../config/types.ts";
import { AppError } from "../errors/app-error.ts";
import type { KnownEra } from "../mcp/era-verdicts.ts";
import type { OutputChecks } from "../mcp/output/output-checks.ts";
import { openSession } from "../mcp/session/open-session.ts";
import { type OpenedTransport, openTransport } from "../mcp/session/open-transport.ts";
import type { McpSession } from "../mcp/session/session.ts";
import type { SessionHost } from "../mcp/session/session-host.ts";
import type { Admission } from "../oauth/admission.ts";
import { maySignIn, type RemoteResolved } from "../oauth/resolve-server.ts";
import type { Clock } from "../ports/clock.ts";
import type { Principal } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import type { Meter } from "../ports/meter.ts";
import { digestOf } from "../tools/digest.ts";
import { connectionLogs } from "./connection-log.ts";
import type { EndpointGate } from "./endpoint-gate.ts";
import type { ProgramSlots } from "./program-slots.ts";
import type { ServerEgresses } from "./server-egresses.ts";
import type { StderrBook } from "./stderr-book.ts";
import { stderrLogs } from "./stderr-log.ts";

export interface UserSessionOptions {
  /** Where programs' last words can be read afterwards. */
  stderr: Pick<StderrBook, "note">;
  resolve: (who: Principal, server: ServerConfig) => Promise<ResolvedTarget>;
  egresses: ServerEgresses;
  /** This person's way in, where people sign in to the server. Throws AppError when they have to do that first. */
  admit: (who: Principal, server: ServerConfig, target: RemoteResolved) => Promise<Admission | null>;
  gate: Pick<EndpointGate, "pass">;
  /** Does a 401 alone ask for a sign-in? Else only one that says where. */
  signInOnAuthError: boolean;
  slots: Pick<ProgramSlots, "take">;
  settings: () => PlatformConfig["settings"];
  clock: Clock;
  clientInfo: { name: string; version: string };
  logger: Logger;
  meter: Pick<Meter, "messageRefused" | "streamReopened">;
  checks: Pick<OutputChecks, "check">;
  hostFor: (userId: string, server: ServerConfig) => SessionHost;
  /** What is known of the protocol behind this key. */
  eraOf: (key: string) => KnownEra;
}

/** Whose session is wanted, and how much. */
export interface SessionWanted {
  who: Principal;
  server: ServerConfig;
  signal: AbortSignal;
  /** A person presses for it now: nothing holds it back. */
  asked: boolean;
}

/** A session that knows whether it may go on. */
export interface UserSession extends McpSession {
  /** Rejects with TARGET_BLOCKED when the settings of now do not let anybody reach what it is connected to. */
  mustBeOpen(): Promise<void>;
}

/** From a server's configuration and a person to a proven session of their own: resolve, check, wait for a turn, open, initialize. */
export function userSessionOpener(options: UserSessionOptions) {
  const { resolve, egresses, admit, gate, slots, settings, clock, clientInfo, logger, meter, checks, hostFor, eraOf, stderr } =
    options;

  const logFor = connectionLogs({ logger, clock });
  const stderrLog = stderrLogs({ clock });

  const open = async (target: ResolvedTarget, { who, server, signal }: SessionWanted): Promise<McpSession> => {
    const log = logFor({ server: server.name, userId: who.userId }, target);
    const host = hostFor(who.userId, server);
    let opened: OpenedTransport | undefined;
    const isKept = target.kind === "stdio" && target.stderr !== "ignore";
    const isLogged = target.kind === "stdio" && target.stderr === "inherit";
    const admission = target.kind === "stdio" ? null : await admit(who, server, target);
    const start = () => {
      opened = openTransport({
        target,
        egress: target.kind === "stdio" ? null : egresses.forTarget(server, target),
        sseReadTimeoutMs: server.sseReadTimeoutMs,
        clock,
        reopening: () => meter.streamReopened(server.name),
        audience: host.audience,
        sendsCredentials: carriesCredentials(server) || !options.signInOnAuthError,
        signInTo: maySignIn(server) ? server.name : null,
        authorize: admission?.authorize ?? null,
        protocolEra: server.protocolEra,
        onStderr: isLogged ? stderrLog(server.name, log.wrote) : undefined,
      });
      const { program } = opened;
      if (isKept && program !== null) stderr.note(who.userId, server.name, program.stderrText);
      return opened;
    };
    try {
      const session = await openSession({
        open: start,
        host,
        checks,
        era: eraOf(JSON.stringify([who.userId, server.name, digestOf(target)])),
        clock,
        initTimeoutMs: server.initTimeoutMs,
        signal,
        clientInfo,
        warn: log.unusual,
        refused: (why) => meter.messageRefused(server.name, why),
      });
      const { close } = session;
      return Object.assign(session, { close: () => close().finally(() => admission?.release()) });
    } catch (error) {
      admission?.release();
      log.failed(error, isKept ? (opened?.program?.stderrText() ?? null) : null);
      throw error;
    }
  };

  const mustBeListed = (target: RemoteResolved): void => {
    if (isServerUrlAllowed(target.url, settings().allowedDomains)) return;
    throw new AppError("TARGET_BLOCKED", `${new URL(target.url).host} is not in mcpSettings.allowedDomains`);
  };

  const openInSlot = async (target: ResolvedTarget, wanted: SessionWanted): Promise<McpSession> => {
    const giveBack = slots.take(wanted.who.userId);
    try {
      const session = await open(target, wanted);
      const { close } = session;
      return Object.assign(session, { close: () => close().finally(giveBack) });
    } catch (error) {
      giveBack();
      throw error;
    }
  };

  return async (wanted: SessionWanted): Promise<UserSession> => {
    const { who, server, signal, asked } = wanted;
    const target = await resolve(who, server);
    signal.throwIfAborted();
    if (target.kind === "stdio") return Object.assign(await openInSlot(target, wanted), { mustBeOpen: async () => {} });
    mustBeListed(target);
    const url = new URL(target.url);
    const attempt = { userId: who.userId, server: server.name, signal, asked };
    const session = await gate.pass(url.origin, attempt, () => open(target, wanted));
    return Object.assign(session, {
      async mustBeOpen() {
        mustBeListed(target);
        await egresses.forTarget(server, target).mustBeOpen(url);
      },
    });
  };
}

/** A header that is filled in, or is there to authorize, makes a 401 a refusal of what we sent. */
function carriesCredentials({ target, oboScopes }: ServerConfig): boolean {
  if (target.kind === "stdio") return false;
  if (oboScopes !== null) return true;
  return Object.entries(target.headers).some(
    ([name, { segments }]) =>
      name.toLowerCase() === "authorization" ||
      segments.some((segment) => segment.kind === "placeholder" && segment.family !== "user"),
  );
}
