import type { ServerConfig } from "../../config/types.ts";
import type { Limits } from "../limits.ts";
import { backoff } from "../mcp/connection/backoff.ts";
import { eraVerdicts } from "../mcp/era-verdicts.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { Principal } from "../ports/identity.ts";
import type { Meter } from "../ports/meter.ts";
import type { ServerDirectory } from "../servers/server-directory.ts";
import { type BootProbes, bootProbes } from "./boot-probes.ts";
import { type EndpointGate, endpointGate } from "./endpoint-gate.ts";
import { inspectServer } from "./inspect-server.ts";
import { type LiveConnections, liveConnections } from "./live-connections.ts";
import { type UserSessionOptions, userSessionOpener } from "./open-user-session.ts";
import { type Presence, presence } from "./presence.ts";
import { programSlots } from "./program-slots.ts";
import { withScratchHome } from "./scratch-home.ts";
import { type ServerCatalogues, serverCatalogues } from "./server-catalogues.ts";
import { serverLogs } from "./server-logs.ts";
import { serverWishes } from "./server-wishes.ts";
import { type SessionHostParts, sessionHosts } from "./session-host.ts";
import { type StderrBook, stderrBook } from "./stderr-book.ts";

type OfSessions = "resolve" | "egresses" | "admit" | "signInOnAuthError" | "settings" | "clientInfo" | "logger" | "checks";

export interface OpenConnectionsOptions extends Pick<UserSessionOptions, OfSessions>, Pick<SessionHostParts, "requests"> {
  directory: ServerDirectory;
  /** Where programs get home folders of their own. */
  dataFolder: string;
  /** Stops when everything is closed. */
  clock: Clock;
  /** Goes on until a session that is being closed has ended. */
  sessionClock: Clock;
  sink: EventSink;
  meter: Meter;
  idleMs: number;
  limits: Limits;
}

/** People's connections to their servers: everything in this room, wired. */
export interface OpenedConnections {
  readonly connections: LiveConnections;
  readonly catalogues: ServerCatalogues;
  readonly probes: BootProbes;
  readonly presence: Presence;
  readonly stderr: StderrBook;
  /** Contacts a server once for this person, and leaves again. Throws AppError. */
  inspect(who: Principal, server: ServerConfig): Promise<void>;
  /** How many of each there are. */
  counts(): {
    connections: ReturnType<LiveConnections["counts"]>;
    endpoints: ReturnType<EndpointGate["counts"]>;
    programs: number;
  };
  /** What was kept for a person beside their connections. */
  forgetUser(userId: string): void;
}

export function openConnections(options: OpenConnectionsOptions): OpenedConnections {
  const { directory, requests, clock, sessionClock, sink, meter, limits, logger, idleMs } = options;
  const gate = endpointGate({ clock, random: Math.random, onRecovered: (held) => connections.retryNow(held) });
  const slots = programSlots({ perUser: limits.programsPerUser, inTotal: limits.programsInTotal });
  const wishes = serverWishes();
  const logs = serverLogs();
  const stderr = stderrBook();
  const present = presence(clock);
  const atHome = withScratchHome(options.dataFolder);
  const openSession = userSessionOpener({
    ...options,
    resolve: async (who, server) => atHome(server, await options.resolve(who, server)),
    hostFor: sessionHosts({ requests, wishes, logs, clock, sink, presence: present, meter }),
    eraOf: eraVerdicts({ clock }),
    stderr,
    gate,
    slots,
    clock: sessionClock,
  });
  const probes = bootProbes({ open: openSession, logger });
  const connections = liveConnections({
    directory,
    presence: present,
    openSession,
    toolsAtBoot: (server) => probes.toolsOf(server),
    clock,
    sink,
    retryAfterMs: backoff({ random: Math.random }),
    idleMs,
    limits,
    meter,
  });
  return {
    connections,
    catalogues: serverCatalogues({ connections, directory, wishes, logs }),
    probes,
    presence: present,
    stderr,
    inspect: (who, server) => inspectServer(openSession, who, server),
    counts: () => ({ connections: connections.counts(), endpoints: gate.counts(), programs: slots.taken }),
    forgetUser(userId) {
      for (const each of [wishes, logs, stderr]) each.forgetUser(userId);
    },
  };
}
