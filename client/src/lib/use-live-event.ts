import { useEffect, useRef } from "react";
import type { Live, LiveEvents } from "./live.ts";

/** Calls the latest `listener` for as long as the component is there. */
export function useLiveEvent<K extends keyof LiveEvents>(live: Live, event: K, listener: LiveEvents[K]): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => {
    const forward = ((...args: Parameters<LiveEvents[K]>) =>
      (latest.current as (...args: Parameters<LiveEvents[K]>) => void)(...args)) as LiveEvents[K];
    return live.on(event, forward);
  }, [live, event]);
}
