import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "./api-client.ts";

export interface Loaded<T> {
  /** The last answer; stays while a newer one is fetched. */
  data: T | null;
  error: ApiError | null;
  loading: boolean;
  reload(): void;
}

/** Loads when `key` changes and when `reload` is called. A later load makes an earlier one void. */
export function useRequest<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ key: string; data: T | null; error: ApiError | null; loading: boolean }>(() => empty(key));
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` is what `reload` changes
  useEffect(() => {
    const abort = new AbortController();
    setState((before) => (before.key === key ? { ...before, loading: true } : empty(key)));
    latest.current(abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setState({ key, data, error: null, loading: false });
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setState((before) => ({ ...before, error: asApiError(error), loading: false }));
      },
    );
    return () => abort.abort();
  }, [key, turn]);

  const reload = useCallback(() => setTurn((before) => before + 1), []);
  const current = state.key === key ? state : empty<T>(key);
  return { data: current.data, error: current.error, loading: current.loading, reload };
}

/** Whatever was thrown, as something that can be shown. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ApiError({ code: "INTERNAL", message, next: "Reload the page and try again." });
}

function empty<T>(key: string): { key: string; data: T | null; error: null; loading: boolean } {
  return { key, data: null, error: null, loading: true };
}
