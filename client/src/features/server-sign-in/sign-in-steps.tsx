import { Button, Group, Loader, Stack } from "@mantine/core";
import { ExternalLink } from "lucide-react";
import { type MouseEvent, useEffect, useRef, useState } from "react";
import { ERROR_CODES } from "../../../../schemas/error-codes.ts";
import type { SignIn } from "../../../../schemas/wire.ts";
import type { Live } from "../../lib/live.ts";
import { useAction } from "../../lib/use-action.ts";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { Failure } from "../../ui/notice.tsx";
import { TimeLeft } from "../../ui/time-left.tsx";
import { OtherDevice } from "./other-device.tsx";
import classes from "./server-sign-in.module.css";
import { useSignIn } from "./use-sign-in.ts";

interface SignInStepsProps {
  server: string;
  title: string;
  live: Live;
  onConnected(): void;
  onClose(): void;
}

/** From "where you will be sent" over waiting to the end of it. */
export function SignInSteps({ server, title, live, onConnected, onClose }: SignInStepsProps) {
  const { signIn, error, status, again, cancel } = useSignIn({ server, live, onConnected });
  const giveUp = useAction(async () => {
    await cancel();
    onClose();
  });
  if (error !== null) return <Ended failure={error} onAgain={again} onClose={onClose} />;
  if (signIn === null) return <Waiting words="Finding out where to sign in" />;
  if (signIn.state === "done") {
    const failed = status?.state === "error" ? status.reason : null;
    if (failed === null) return <Waiting words={`Signed in. Connecting to ${title}`} />;
    const next = "You are signed in; close this and connect again.";
    return <Ended failure={{ code: failed.code, message: failed.message, next }} onAgain={again} onClose={onClose} />;
  }
  if (signIn.state !== "pending") return <Ended failure={failureOf(signIn)} onAgain={again} onClose={onClose} />;
  return (
    <Stack gap="md">
      <Send signIn={signIn} title={title} />
      <OtherDevice shareUrl={signIn.shareUrl} />
      <Failure error={giveUp.error} />
      <div className={classes.foot}>
        <span className={classes.quiet}>
          <TimeLeft until={signIn.expiresAt} />
        </span>
        <Button variant="default" loading={giveUp.busy} onClick={() => void giveUp.run()}>
          Cancel
        </Button>
      </div>
    </Stack>
  );
}

/** Says who will ask for the password before anybody goes there. */
function Send({ signIn: { authorizationUrl, authorizationHost, scopes }, title }: { signIn: SignIn; title: string }) {
  const [sent, setSent] = useState(false);
  const link = useRef<HTMLAnchorElement>(null);
  // The dialog was opened before it was there, and gave the focus to its close button.
  useEffect(() => link.current?.focus(), []);
  if (authorizationUrl === null) return null;
  return (
    <Stack gap="md">
      <p className={classes.words}>
        <ForeignText>{title}</ForeignText> sends you to <strong className={classes.host}>{authorizationHost}</strong> to sign in
        there. Patchbay never sees your password.
      </p>
      {scopes.length > 0 && (
        <p className={classes.words}>
          It asks for{" "}
          <span className="pb-mono">
            <ForeignText>{scopes.join(" ")}</ForeignText>
          </span>
        </p>
      )}
      <Button
        component="a"
        href={authorizationUrl}
        target="_blank"
        rel="noopener noreferrer"
        ref={link}
        variant={sent ? "default" : "filled"}
        rightSection={<ExternalLink size={16} aria-hidden="true" />}
        onClick={(event: MouseEvent) => {
          setSent(true);
          if (openedByScript(authorizationUrl)) event.preventDefault();
        }}
      >
        {sent ? "Open the page again" : "Open the sign-in page"}
      </Button>
      <div className={classes.sent} aria-live="polite">
        {sent && <Waiting words="Waiting for you there. This closes by itself." />}
      </div>
    </Stack>
  );
}

/** Only a window that a script opened may close itself at the end; it must not reach back into this one. */
function openedByScript(url: string): boolean {
  const opened = window.open("", "_blank");
  if (opened === null) return false;
  opened.opener = null;
  opened.location.replace(url);
  return true;
}

function Waiting({ words }: { words: string }) {
  return (
    <div className={classes.waiting} role="status">
      <Loader size={18} aria-hidden="true" />
      <ForeignText>{words}</ForeignText>
    </div>
  );
}

interface EndedProps {
  failure: { code: string; message: string; next: string };
  onAgain(): void;
  onClose(): void;
}

function Ended({ failure, onAgain, onClose }: EndedProps) {
  return (
    <Stack gap="md">
      <Failure error={failure} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button data-autofocus onClick={onAgain}>
          Try again
        </Button>
      </Group>
    </Stack>
  );
}

const OTHERWISE = { cancelled: "The sign-in was given up", expired: "The time to sign in is over", failed: "The sign-in failed" };

function failureOf({ state, code, message }: SignIn): EndedProps["failure"] {
  const words = state === "cancelled" || state === "expired" ? OTHERWISE[state] : OTHERWISE.failed;
  const known = code ?? "OAUTH_FLOW_UNKNOWN";
  return { code: known, message: state === "cancelled" ? words : (message ?? words), next: ERROR_CODES[known].next };
}
