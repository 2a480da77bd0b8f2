import { useSyncExternalStore } from "react";
import type { ConnectionStatus, StatusSnapshot } from "../../../schemas/wire.ts";

/** What the browser knows about its connections, and whether it still hears of changes. */
export interface LiveStatus {
  epoch: string | null;
  statuses: ReadonlyMap<string, ConnectionStatus>;
  link: "connecting" | "up" | "down";
}

export interface StatusStore {
  subscribe(listener: () => void): () => void;
  getSnapshot(): LiveStatus;
}

export const NOTHING_YET: LiveStatus = { epoch: null, statuses: new Map(), link: "connecting" };

export function useLiveStatus(store: StatusStore): LiveStatus {
  return useSyncExternalStore(store.subscribe, store.getSnapshot);
}

/** The snapshot says which servers there are; within one epoch a status already known wins if it is newer. */
export function withSnapshot(state: LiveStatus, { epoch, statuses }: StatusSnapshot): LiveStatus {
  const known = epoch === state.epoch ? state.statuses : new Map<string, ConnectionStatus>();
  const merged = statuses.map((status) => newer(known.get(status.server), status));
  return { ...state, epoch, statuses: new Map(merged.map((status) => [status.server, status])) };
}

/** A change of one server. `null` means: this is of another epoch, ask for a snapshot. */
export function withStatus(state: LiveStatus, epoch: string, status: ConnectionStatus): LiveStatus | null {
  if (epoch !== state.epoch) return null;
  const known = state.statuses.get(status.server);
  if (newer(known, status) === known) return state;
  return { ...state, statuses: new Map(state.statuses).set(status.server, status) };
}

function newer(known: ConnectionStatus | undefined, status: ConnectionStatus): ConnectionStatus {
  return known !== undefined && known.version >= status.version ? known : status;
}
