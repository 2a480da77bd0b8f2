import { Button } from "@mantine/core";
import { KeyRound, Play } from "lucide-react";
import { useState } from "react";
import type { ApiError } from "../../lib/api-client.ts";
import type { Live } from "../../lib/live.ts";
import { useLiveEvent } from "../../lib/use-live-event.ts";
import { Failure, Notice } from "../../ui/notice.tsx";
import classes from "./call-result.module.css";

interface SignInOfferProps {
  error: ApiError;
  live: Live;
  server: string;
  onSignIn(): void;
  /** Sends the same call once more. */
  onAgain(): void;
}

/** A call that stopped before it ran, because a person has to sign in or to allow more: the way there, and on from there. */
export function SignInOffer({ error, live, server, onSignIn, onAgain }: SignInOfferProps) {
  const [isSignedIn, setSignedIn] = useState(false);
  useLiveEvent(live, "signIn", (news) => {
    if (news.server === server && news.state === "done") setSignedIn(true);
  });
  if (!isSignedIn)
    return (
      <Failure error={error}>
        <div className={classes.offer}>
          <Button size="xs" leftSection={<KeyRound size={14} aria-hidden="true" />} onClick={onSignIn}>
            Sign in
          </Button>
        </div>
      </Failure>
    );
  return (
    <Notice tone="green">
      <span role="status">You are signed in. The call did not run; send it again with what you entered.</span>
      <div className={classes.offer}>
        <Button size="xs" leftSection={<Play size={14} aria-hidden="true" />} onClick={onAgain}>
          Run again
        </Button>
      </div>
    </Notice>
  );
}
