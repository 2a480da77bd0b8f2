import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { ServerRequestView } from "../../../../schemas/wire-asks.ts";
import type { Action } from "../../lib/use-action.ts";
import { Failure } from "../../ui/notice.tsx";
import { TimeLeft } from "../../ui/time-left.tsx";
import classes from "./asks.module.css";
import type { AskAnswer } from "./asks-api.ts";

interface AskFootProps {
  request: ServerRequestView;
  answering: Action<[AskAnswer]>;
  onLater(): void;
  /** The way to say yes. */
  children: ReactNode;
}

/** Under every request: how long it waits, and what can be said. Later is no answer; dismissing is one, neither yes nor no. */
export function AskFoot({ request, answering, onLater, children }: AskFootProps) {
  const { busy, error, run } = answering;
  return (
    <>
      <Failure error={error} />
      <div className={classes.foot}>
        <div className={classes.wait}>
          <TimeLeft until={request.expiresAt} />
          <Button variant="subtle" size="compact-sm" disabled={busy} onClick={() => void run({ action: "cancel" })}>
            Dismiss
          </Button>
        </div>
        <div className={classes.buttons}>
          <Button variant="subtle" onClick={onLater}>
            Later
          </Button>
          <Button variant="default" disabled={busy} onClick={() => void run({ action: "decline" })}>
            Decline
          </Button>
          {children}
        </div>
      </div>
    </>
  );
}
