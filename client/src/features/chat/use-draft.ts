import { useEffect, useState } from "react";

const PREFIX = "patchbay:draft:";

/** What is being written, kept in this tab for each person and conversation until it is sent. */
export function useDraft(key: string): [draft: string, setDraft: (draft: string) => void] {
  const place = PREFIX + key;
  const [draft, setDraft] = useState(() => read(place));
  useEffect(() => {
    try {
      if (draft === "") sessionStorage.removeItem(place);
      else sessionStorage.setItem(place, draft);
    } catch {
      // Full, or none at all: the draft lives as long as the page.
    }
  }, [place, draft]);
  return [draft, setDraft];
}

/** Whoever signs in next finds nothing that another person was about to say. */
export function forgetDrafts(): void {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}

function read(place: string): string {
  try {
    return sessionStorage.getItem(place) ?? "";
  } catch {
    return "";
  }
}
