import { useEffect, useRef } from "react";
import type { UserView } from "../../../../schemas/wire.ts";
import { request } from "../../lib/api-client.ts";

/**
 * Asks again who this browser belongs to whenever the page comes to the front: in another tab somebody may have
 * signed in as somebody else, and what is clicked here would be done in their name.
 */
export function useSamePerson(user: UserView, onChanged: (user: UserView) => void): void {
  const latest = useRef({ user, onChanged });
  latest.current = { user, onChanged };
  useEffect(() => {
    const look = async () => {
      if (document.visibilityState !== "visible") return;
      // Unreachable: nothing is known. Signed out: the request itself has said so.
      const answer = await request<{ user: UserView }>("/api/auth/me").catch(() => null);
      const { user: before, onChanged: tell } = latest.current;
      if (answer !== null && fingerprint(answer.user) !== fingerprint(before)) tell(answer.user);
    };
    const onVisible = () => void look();
    document.addEventListener("visibilitychange", onVisible);
    return () => document.removeEventListener("visibilitychange", onVisible);
  }, []);
}

const fingerprint = ({ id, name, email, role }: UserView) => JSON.stringify([id, name, email, role]);
