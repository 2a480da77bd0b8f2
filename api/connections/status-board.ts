import { randomUUID } from "node:crypto";
import type { ConnectionStatus, StatusWarning } from "../../schemas/wire.ts";
import { type ConnectionState, initialState } from "../mcp/connection/connection-state.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import { viewOf } from "./status-view.ts";

/**
 * The last word on every (user, server): a status with a version that only grows. Every change is told
 * to the sink once; a status that nothing has happened to yet has version 0.
 */
export interface StatusBoard {
  /** Changes with every start of the process; versions count within it. */
  readonly epoch: string;
  put(userId: string, server: string, state: ConnectionState, warnings?: readonly StatusWarning[]): ConnectionStatus;
  get(userId: string, server: string): ConnectionStatus;
  forget(userId: string, server: string): void;
}

export function statusBoard({ clock, sink }: { clock: Clock; sink: EventSink }): StatusBoard {
  const startedAt = clock.now();
  const byUser = new Map<string, Map<string, ConnectionStatus>>();
  // Versions outlive a forgotten server: one that comes back under its name must not look stale.
  const versions = new Map<string, number>();
  const get = (userId: string, server: string): ConnectionStatus =>
    byUser.get(userId)?.get(server) ?? {
      server,
      version: versions.get(key(userId, server)) ?? 0,
      ...viewOf(initialState(startedAt)),
    };
  return {
    epoch: randomUUID(),
    get,
    put(userId, server, state, warnings) {
      const version = (versions.get(key(userId, server)) ?? 0) + 1;
      versions.set(key(userId, server), version);
      const status = { server, version, ...viewOf(state, warnings) };
      const statuses = byUser.get(userId) ?? new Map<string, ConnectionStatus>();
      byUser.set(userId, statuses.set(server, status));
      sink.statusChanged(userId, status);
      return status;
    },
    forget(userId, server) {
      byUser.get(userId)?.delete(server);
    },
  };
}

function key(userId: string, server: string): string {
  return `${userId}\n${server}`;
}
