import { useEffect, useState } from "react";

/** What is being written, kept in this tab for each conversation until it is sent. */
export function useDraft(key: string): [draft: string, setDraft: (draft: string) => void] {
  const place = `patchbay:draft:${key}`;
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

function read(place: string): string {
  try {
    return sessionStorage.getItem(place) ?? "";
  } catch {
    return "";
  }
}
