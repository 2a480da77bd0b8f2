import { useState } from "react";

/** What a person typed into one request. Outlives the dialog: putting it away loses nothing. */
export function useDraft<T>(drafts: Map<string, unknown>, id: string, initial: () => T): [T, (change: Partial<T>) => void] {
  const [draft, setDraft] = useState<T>(() => (drafts.get(id) as T | undefined) ?? initial());
  const change = (part: Partial<T>) =>
    setDraft((before) => {
      const next = { ...before, ...part };
      drafts.set(id, next);
      return next;
    });
  return [draft, change];
}
