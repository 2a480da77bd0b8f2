import { useEffect, useRef, useState } from "react";
import type { ConnectionStatus, SignIn, SignInNews } from "../../../../schemas/wire.ts";
import type { ApiError } from "../../lib/api-client.ts";
import type { Live } from "../../lib/live.ts";
import { useLiveStatus } from "../../lib/live-status.ts";
import { useLiveEvent } from "../../lib/use-live-event.ts";
import { asApiError } from "../../lib/use-request.ts";
import { cancelSignIn, signInStatus, startSignIn } from "./server-sign-in-api.ts";

interface SignInOptions {
  server: string;
  live: Live;
  /** The person is signed in and the server is connected. */
  onConnected(): void;
}

interface SignInProgress {
  /** Null while it is being prepared, and when that failed. */
  signIn: SignIn | null;
  error: ApiError | null;
  /** Where the server's connection stands. */
  status: ConnectionStatus | null;
  again(): void;
  cancel(): Promise<void>;
}

/** One sign-in from its start to the connected server, told by the socket; several tabs have the same one. */
export function useSignIn({ server, live, onConnected }: SignInOptions): SignInProgress {
  const [signIn, setSignIn] = useState<SignIn | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [turn, setTurn] = useState(0);
  const status = useLiveStatus(live.store).statuses.get(server) ?? null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` is what `again` changes
  useEffect(() => {
    let gone = false;
    setSignIn(null);
    setError(null);
    startSignIn(server).then(
      (begun) => gone || setSignIn(begun),
      (cause: unknown) => gone || setError(asApiError(cause)),
    );
    return () => {
      gone = true;
    };
  }, [server, turn]);

  const heard = ({ flowId, state, code, message }: SignInNews) =>
    setSignIn((known) => (known?.flowId === flowId ? { ...known, state, code, message } : known));
  useLiveEvent(live, "signIn", heard);
  useLiveEvent(live, "back", () => {
    // What failed now is asked again when the line comes back the next time.
    if (signIn !== null) signInStatus(signIn.flowId).then(heard, () => undefined);
  });

  // Null: not told yet. A server that is connected already may want more to be allowed: that ends nothing here.
  const isConnected = status === null ? null : status.state === "connected";
  const wasConnected = useRef(isConnected);
  const over = useRef(onConnected);
  over.current = onConnected;
  const isDone = signIn?.state === "done";
  useEffect(() => {
    if (isConnected && (isDone || wasConnected.current === false)) over.current();
    wasConnected.current = isConnected;
  }, [isConnected, isDone]);

  const again = () => setTurn((before) => before + 1);
  return {
    signIn,
    error,
    status,
    again,
    async cancel() {
      await cancelSignIn(server);
    },
  };
}
