import type { ConnectionState } from "../../../../schemas/wire.ts";
import { type Entry, missingVars } from "../../lib/server-entry.ts";

export const FILTERS = ["all", "connected", "attention", "off"] as const;
export type Filter = (typeof FILTERS)[number];

export const FILTER_WORDS: Readonly<Record<Filter, string>> = {
  all: "All",
  connected: "Connected",
  attention: "Needs you",
  off: "Off",
};

/** It failed, and is tried again by itself: nobody has to do anything yet. */
export function isAway({ status }: Entry): boolean {
  return status?.state === "error" && status.retryAt !== null;
}

export function filterOf(entry: Entry): Exclude<Filter, "all"> {
  const state: ConnectionState = entry.status?.state ?? "disconnected";
  if (state === "connected" || state === "initializing") return "connected";
  if (isAway(entry)) return "off";
  if (state === "error" || state === "oauth_required" || missingVars(entry).length > 0) return "attention";
  return "off";
}

export function shownEntries(entries: readonly Entry[], filter: Filter, search: string): readonly Entry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const { title, name, description } = entry.server;
    const text = `${title} ${name} ${description ?? ""}`.toLowerCase();
    return (filter === "all" || filterOf(entry) === filter) && words.every((word) => text.includes(word));
  });
}
