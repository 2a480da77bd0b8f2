import { useSyncExternalStore } from "react";
import type { Live } from "../../../lib/live.ts";
import { asApiError } from "../../../lib/use-request.ts";
import { toastFailure } from "../../../ui/toast.ts";
import { watchResource } from "./attach-api.ts";

/** Resources this person watches, by `keyOf`; true once one has changed since it was looked at. */
type Watched = ReadonlyMap<string, boolean>;

export interface WatchedResources {
  isWatched(server: string, uri: string): boolean;
  hasChanged(server: string, uri: string): boolean;
  /** Tells the server; a refusal is shown and changes nothing. */
  watch(server: string, uri: string, watched: boolean): Promise<void>;
  /** It was looked at again. */
  seen(server: string, uri: string): void;
}

/** Which resources are watched from this page, and which of them changed. The platform carries a watch over reconnects. */
export function useWatchedResources(live: Live): WatchedResources {
  const store = storeOf(live);
  const watched = useSyncExternalStore(store.subscribe, store.get);
  return {
    isWatched: (server, uri) => watched.has(keyOf(server, uri)),
    hasChanged: (server, uri) => watched.get(keyOf(server, uri)) === true,
    async watch(server, uri, wanted) {
      try {
        await watchResource(server, uri, wanted);
        store.set(keyOf(server, uri), wanted ? false : null);
      } catch (error) {
        const title = wanted ? "It cannot be watched" : "It is still watched";
        toastFailure({ title, about: "watched-resource", error: asApiError(error) });
      }
    },
    seen(server, uri) {
      if (store.get().get(keyOf(server, uri)) === true) store.set(keyOf(server, uri), false);
    },
  };
}

/** NUL stands in no name and no address. */
const keyOf = (server: string, uri: string) => `${server}\0${uri}`;

type WatchStore = ReturnType<typeof watchStore>;
/** As long as a person is signed in, whichever views come and go. */
const stores = new WeakMap<Live, WatchStore>();

function storeOf(live: Live): WatchStore {
  const store = stores.get(live) ?? watchStore();
  if (stores.has(live)) return store;
  stores.set(live, store);
  live.on("resource", ({ server, uri }) => {
    if (store.get().has(keyOf(server, uri))) store.set(keyOf(server, uri), true);
  });
  return store;
}

function watchStore() {
  const listeners = new Set<() => void>();
  let watched: Watched = new Map();
  return {
    get: () => watched,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Null: not watched any more. */
    set(key: string, changed: boolean | null) {
      const next = new Map(watched);
      if (changed === null) next.delete(key);
      else next.set(key, changed);
      watched = next;
      for (const listener of listeners) listener();
    },
  };
}
