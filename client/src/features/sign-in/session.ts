import { useCallback, useEffect, useState } from "react";
import type { UserView } from "../../../../schemas/wire.ts";
import { type ApiError, request, SESSION_LOST } from "../../lib/api-client.ts";
import { asApiError } from "../../lib/use-request.ts";
import { type ProviderDoor, tabStays } from "./provider-door.ts";

export type Session =
  | { phase: "loading" }
  | { phase: "failed"; error: ApiError }
  /** `door`: null where nobody signs in by an OpenID provider. `isArriving`: nobody was in when the page was opened. */
  | { phase: "signed-out"; setupNeeded: boolean; door: ProviderDoor | null; isArriving: boolean }
  | { phase: "signed-in"; user: UserView; door: ProviderDoor | null };

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
  const signedIn = useCallback(
    (user: UserView) => setSession((before) => ({ phase: "signed-in", user, door: "door" in before ? before.door : null })),
    [],
  );
  const signedOut = useCallback(() => {
    tabStays.yes();
    setSession((before) => outOf(before));
  }, []);
  useEffect(() => {
    void look();
  }, [look]);
  useEffect(() => {
    // Only somebody who was in can be out: a refused first look is not a loss.
    const lost = () => setSession((before) => (before.phase === "signed-in" ? outOf(before) : before));
    window.addEventListener(SESSION_LOST, lost);
    return () => window.removeEventListener(SESSION_LOST, lost);
  }, []);
  return { session, signedIn, signedOut, retry: look };
}

const outOf = (before: Session): Session => ({
  phase: "signed-out",
  setupNeeded: false,
  door: "door" in before ? before.door : null,
  isArriving: false,
});

async function whoIsHere(): Promise<Session> {
  let door: ProviderDoor | null = null;
  try {
    const { needed, openid = null } = await request<{ needed: boolean; openid?: ProviderDoor }>("/api/setup");
    door = openid;
    if (needed) return { phase: "signed-out", setupNeeded: true, door, isArriving: true };
    const { user } = await request<{ user: UserView }>("/api/auth/me");
    tabStays.no();
    return { phase: "signed-in", user, door };
  } catch (error) {
    const known = asApiError(error);
    if (known.code === "SIGN_IN_REQUIRED") return { phase: "signed-out", setupNeeded: false, door, isArriving: true };
    return { phase: "failed", error: known };
  }
}
