import type { ConfigDiff } from "../../config/diff.ts";
import type { ServerConfig } from "../../config/types.ts";
import type { ConnectionState, StatusSnapshot } from "../../schemas/wire.ts";
import { AppError } from "../errors/app-error.ts";
import { DEFAULT_LIMITS, type Limits } from "../limits.ts";
import type { Patience } from "../mcp/connection/lend-session.ts";
import { McpConnection, type McpConnectionOptions } from "../mcp/connection/mcp-connection.ts";
import type { McpSession } from "../mcp/session/session.ts";
import type { McpTool } from "../mcp/session/tool-list.ts";
import type { SignInFollower } from "../oauth/open-oauth.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { Principal } from "../ports/identity.ts";
import { type Meter, silentMeter } from "../ports/meter.ts";
import type { ServerDirectory } from "../servers/server-directory.ts";
import { applyConfig, endForbidden, type Movable, replaceForEntry } from "./apply-config.ts";
import { entryInUse } from "./entry-in-use.ts";
import type { SessionWanted, UserSession } from "./open-user-session.ts";
import type { Presence } from "./presence.ts";
import { connectionRegistry } from "./registry.ts";
import { reinitializeOutcome } from "./reinitialize-outcome.ts";
import { createRollouts } from "./rollouts.ts";
import { soleOwner } from "./sole-owner.ts";
import { statusBoard } from "./status-board.ts";
import { viewOf } from "./status-view.ts";
import { toolViews } from "./tool-view.ts";
import type { UserConnections } from "./user-connections.ts";

export interface LiveConnectionsOptions {
  directory: ServerDirectory;
  presence: Pick<Presence, "used" | "of">;
  /** Opens a proven session for this person with the server's configuration of now. */
  openSession: (wanted: SessionWanted) => Promise<UserSession>;
  /** What a server offered when it was looked at without a user; null when that is not known. */
  toolsAtBoot: (server: ServerConfig) => ReadonlyMap<string, McpTool> | null;
  clock: Clock;
  sink: EventSink;
  retryAfterMs: McpConnectionOptions["retryAfterMs"];
  meter?: Pick<Meter, "connectFailed" | "reconnecting">;
  /** @default 30_000 */
  drainMs?: number;
  /** @default 900_000 */
  idleMs?: number;
  limits?: Pick<Limits, "connectionsPerUser" | "connectionsInTotal">;
}

export interface SessionUse extends Pick<Patience, "signal" | "onAway"> {
  who: Principal;
  server: string;
}
export type SessionWork<T> = (session: McpSession, config: ServerConfig, spentMs: number) => Promise<T>;

export interface LiveConnections extends UserConnections, SignInFollower {
  /**
   * Lends the session to a call; connects first when it is not open. What a server that was just there needs to come back
   * counts against the call's own time: `spentMs`.
   */
  use<T>(wanted: SessionUse, work: SessionWork<T>): Promise<T>;
  /** A new configuration is in force: moves what it concerns, and tells everybody that servers changed. */
  configChanged(diff: ConfigDiff): Promise<void>;
  /** Somebody's own connector changed or went: their connection moves along, or ends with it. */
  connectorChanged(ownerId: string, server: string, change: "changed" | "removed"): Promise<void>;
  /** What these waited for has come: they try now. */
  retryNow(waiting: readonly { userId: string; server: string }[]): void;
  /** This person signed in to the platform again: what waited for that tries now. */
  signedInAgain(userId: string): void;
  /** Connections by the state people see. */
  counts(): ReadonlyMap<ConnectionState, number>;
  /** Ends everything this person has open, for an account that is removed. */
  closeUser(userId: string): Promise<void>;
  /** Ends every connection; calls get `drainMs` to finish. */
  closeAll(): Promise<void>;
}

const DEFAULT_DRAIN_MS = 30_000;
const DEFAULT_IDLE_MS = 15 * 60_000;

export function liveConnections(options: LiveConnectionsOptions): LiveConnections {
  const {
    directory,
    presence,
    openSession,
    toolsAtBoot,
    clock,
    sink,
    retryAfterMs,
    drainMs = DEFAULT_DRAIN_MS,
    idleMs = DEFAULT_IDLE_MS,
    limits = DEFAULT_LIMITS,
    meter = silentMeter,
  } = options;
  const board = statusBoard({ clock, sink });
  // Who opened it last: retries by themselves resolve their values for the same person.
  const owners = new Map<string, Principal>();
  const owned = soleOwner<McpSession>();
  const openedWith = new WeakMap<McpSession, { entry: ServerConfig; mustBeOpen: UserSession["mustBeOpen"] }>();
  const registry = connectionRegistry(
    (userId, server) =>
      new McpConnection({
        clock,
        retryAfterMs,
        drainMs,
        idleMs,
        openSession: (signal, asked) => {
          const who = owners.get(userId);
          if (who === undefined) throw new AppError("SIGN_IN_REQUIRED", "nobody is signed in for this connection");
          const entry = directory.get(who, server);
          return openSession({ who, server: entry, signal, asked }).then((session) => {
            openedWith.set(session, { entry, mustBeOpen: session.mustBeOpen });
            return owned(session);
          });
        },
        onChange: (state, before) => {
          board.put(userId, server, state, registry.find(userId, server)?.session?.warnings.list());
          if (state.phase === "waiting" || state.phase === "failed") meter.connectFailed(server, state.why.code);
          if (before.phase === "waiting" && state.phase === "opening") meter.reconnecting(server);
        },
        onToolsChanged: () => sink.toolsChanged(userId, server),
        onWarned: () => {
          const connection = registry.find(userId, server);
          if (connection !== undefined) board.put(userId, server, connection.state, connection.session?.warnings.list());
        },
      }),
  );

  const connectionOf = (who: Principal, server: string): McpConnection => {
    directory.get(who, server);
    return ownConnection(who, server);
  };
  /** Of somebody who may see the server. */
  const ownConnection = (who: Principal, server: string): McpConnection => {
    owners.set(who.userId, who);
    presence.used(who.userId);
    const existing = registry.find(who.userId, server);
    if (existing !== undefined) return existing;
    const { connectionsPerUser, connectionsInTotal } = limits;
    if (registry.ofUser(who.userId).size >= connectionsPerUser)
      throw new AppError("LIMIT_REACHED", `you have ${connectionsPerUser} connections, which is the most one person may have`);
    if (registry.size >= connectionsInTotal)
      throw new AppError("LIMIT_REACHED", `this server holds ${connectionsInTotal} connections, which is the most it takes`);
    return registry.acquire(who.userId, server);
  };

  const close = async (userId: string, server: string) => {
    await registry.remove(userId, server)?.close("DISCONNECTED_BY_USER");
  };

  const rollouts = createRollouts({
    replaceable: (server) =>
      registry.ofServer(server).flatMap(({ connection }) => (connection.state.phase === "resting" ? [] : [connection])),
    clock,
    sink,
  });

  return {
    rollouts,
    epoch: board.epoch,
    snapshot(who): StatusSnapshot {
      const statuses = directory.visibleTo(who).map(({ name }) => board.get(who.userId, name));
      return { epoch: board.epoch, statuses };
    },
    status: (who, server) => board.get(who.userId, directory.get(who, server).name),
    async connect(who, server) {
      await connectionOf(who, server).open({ asked: true });
      return board.get(who.userId, server);
    },
    async disconnect(who, server) {
      directory.get(who, server);
      await close(who.userId, server);
      return board.get(who.userId, server);
    },
    async reinitialize(who, server, { restart = false } = {}) {
      const connection = connectionOf(who, server);
      const had = connection.session !== null;
      try {
        await connection.replace({ restart, asked: true });
        return reinitializeOutcome(board.get(who.userId, server), null, false);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return reinitializeOutcome(board.get(who.userId, server), error, had && connection.session !== null);
      }
    },
    online(who) {
      for (const server of directory.visibleTo(who)) {
        const isWanted = server.startup && server.target.kind !== "stdio";
        if (!isWanted || registry.find(who.userId, server.name) !== undefined) continue;
        // What fails is told by the status.
        connectionOf(who, server.name)
          .open()
          .catch(() => {});
      }
    },
    async tools(who, server) {
      return this.use({ who, server }, async (session, config) => toolViews(config, await session.freshTools()));
    },
    knownTools(who) {
      const known = directory.visibleTo(who).flatMap((server) => {
        const tools = registry.find(who.userId, server.name)?.session?.tools() ?? toolsAtBoot(server);
        return tools === null ? [] : [[server.name, toolViews(server, tools)] as const];
      });
      return new Map(known);
    },
    use: ({ who, server, signal, onAway }, work) => {
      const patience = { timeoutMs: directory.get(who, server).timeoutMs, signal, onAway };
      const lent = (session: McpSession, waitedMs: number) => {
        // While it waited the entry may have become another one, or this person's right to it may have ended.
        const inForce = directory.get(who, server);
        return work(session, entryInUse(openedWith.get(session)?.entry ?? inForce, inForce), waitedMs);
      };
      return ownConnection(who, server).use(lent, patience);
    },
    async configChanged(diff) {
      sink.serversChanged(null);
      const movable = (server: string) =>
        registry.ofServer(server).map(({ userId, connection }): Movable => {
          const { phase } = connection.state;
          const who = owners.get(userId);
          return {
            phase: connection.session !== null ? "live" : phase === "resting" ? "resting" : "troubled",
            isAllowed: who !== undefined && directory.visibleTo(who).some(({ name }) => name === server),
            replace: () => replaceForEntry(connection),
            close: async () => {
              await registry.remove(userId, server)?.close("CONFIG_CHANGED");
              board.forget(userId, server);
            },
          };
        });
      const others = diff.settingsChanged ? registry.all() : [];
      const ended = endForbidden(others, (session) => openedWith.get(session)?.mustBeOpen());
      await Promise.all([ended, applyConfig(diff, { ofServer: movable })]);
    },
    async connectorChanged(ownerId, server, change) {
      if (change === "changed") {
        const connection = registry.find(ownerId, server);
        if (connection !== undefined && connection.state.phase !== "resting") await replaceForEntry(connection);
        return;
      }
      await registry.remove(ownerId, server)?.close("CONFIG_CHANGED");
      board.forget(ownerId, server);
    },
    retryNow(waiting) {
      for (const { userId, server } of waiting) registry.find(userId, server)?.retryNow();
    },
    signedInAgain(userId) {
      for (const connection of registry.ofUser(userId).values()) {
        const { state } = connection;
        if (state.phase === "failed" && state.why.code === "OPENID_EXPIRED")
          connection.replace({ restart: true }).catch(() => {});
      }
    },
    counts() {
      const states = registry.all().map(({ state }) => viewOf(state).state);
      return new Map([...Map.groupBy(states, (state) => state)].map(([state, each]) => [state, each.length]));
    },
    async shutOut(userId, server, why, { atOnce = false } = {}) {
      const connection = registry.find(userId, server);
      if (atOnce) await connection?.close("DISCONNECTED_BY_USER", { drain: false });
      connection?.shutOut(why);
    },
    signIn(step) {
      const { userId, server, who } = step;
      if (who !== null) owners.set(userId, who);
      const known = registry.find(userId, server);
      if (step.what === "ended") return known?.signInEnded(step.why, step);
      if (step.what === "began") {
        const connection = known ?? (who === null ? undefined : attempted(() => connectionOf(who, server)));
        return connection?.signInBegan(step.until, step.why);
      }
      // A connection waits for it where it was begun, unless that was closed or forgotten since; where the person is, the
      // light shall turn green all the same. What comes of it is told by the status.
      const isHere = who !== null && presence.of(userId).isPresent();
      const waiting = known ?? (isHere ? attempted(() => connectionOf(who, server)) : undefined);
      waiting?.replace({ restart: true, asked: true }).catch(() => {});
    },
    async closeUser(userId) {
      await Promise.all([...registry.ofUser(userId).keys()].map((server) => close(userId, server)));
      owners.delete(userId);
    },
    async closeAll() {
      await Promise.all(registry.all().map((connection) => connection.close("IDLE")));
    },
  };
}

/** Nobody waits here: what is refused (a limit, a server that is gone) is not done. */
function attempted<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
