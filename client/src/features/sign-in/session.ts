import { useCallback, useEffect, useState } from "react";
import type { UserView } from "../../../../schemas/wire.ts";
import { type ApiError, request, SESSION_LOST } from "../../lib/api-client.ts";
import { asApiError } from "../../lib/use-request.ts";

export type Session =
  | { phase: "loading" }
  | { phase: "failed"; error: ApiError }
  | { phase: "signed-out"; setupNeeded: boolean }
  | { phase: "signed-in"; user: UserView };

export interface SessionControl {
  session: Session;
  signedIn(user: UserView): void;
  /** Forgets the person in this browser. Ending the session on the server is the caller's. */
  signedOut(): void;
  retry(): void;
}

/** Who uses this browser. Asked once at the start, then told. */
export function useSession(): SessionControl {
  const [session, setSession] = useState<Session>({ phase: "loading" });
  const look = useCallback(async () => {
    setSession({ phase: "loading" });
    setSession(await whoIsHere());
  }, []);
  const signedIn = useCallback((user: UserView) => setSession({ phase: "signed-in", user }), []);
  const signedOut = useCallback(() => setSession({ phase: "signed-out", setupNeeded: false }), []);
  useEffect(() => {
    void look();
  }, [look]);
  useEffect(() => {
    // Only somebody who was in can be out: a refused first look is not a loss.
    const lost = () =>
      setSession((before) => (before.phase === "signed-in" ? { phase: "signed-out", setupNeeded: false } : before));
    window.addEventListener(SESSION_LOST, lost);
    return () => window.removeEventListener(SESSION_LOST, lost);
  }, []);
  return { session, signedIn, signedOut, retry: look };
}

async function whoIsHere(): Promise<Session> {
  try {
    const { needed } = await request<{ needed: boolean }>("/api/setup");
    if (needed) return { phase: "signed-out", setupNeeded: true };
    const { user } = await request<{ user: UserView }>("/api/auth/me");
    return { phase: "signed-in", user };
  } catch (error) {
    const known = asApiError(error);
    if (known.code === "SIGN_IN_REQUIRED") return { phase: "signed-out", setupNeeded: false };
    return { phase: "failed", error: known };
  }
}
