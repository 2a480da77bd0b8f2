import { useCallback, useRef, useState } from "react";
import type { ApiError } from "./api-client.ts";
import { asApiError } from "./use-request.ts";

export interface Action<A extends readonly unknown[]> {
  run(...args: A): Promise<void>;
  busy: boolean;
  error: ApiError | null;
  clear(): void;
}

/** Something a person starts by a click: one at a time, with its failure kept to be shown beside the button. */
export function useAction<A extends readonly unknown[]>(act: (...args: A) => Promise<void>): Action<A> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const running = useRef(false);
  const latest = useRef(act);
  latest.current = act;

  const run = useCallback(async (...args: A) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setError(null);
    try {
      await latest.current(...args);
    } catch (cause) {
      setError(asApiError(cause));
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setError(null), []);
  return { run, busy, error, clear };
}
