import { Button, Progress } from "@mantine/core";
import { RefreshCw, ScrollText } from "lucide-react";
import { useState } from "react";
import type { Rollout, ServerView } from "../../../../schemas/wire.ts";
import { useAction } from "../../lib/use-action.ts";
import { asApiError } from "../../lib/use-request.ts";
import { toastFailure } from "../../ui/toast.ts";
import { startRollout, stopRollout } from "./rollout-api.ts";
import classes from "./rollout-strip.module.css";
import { StderrDialog } from "./stderr-dialog.tsx";

/** Reinitializing one server for everybody: the button, then how far it is and the way to stop it. */
export function RolloutStrip({ server, rollout }: { server: ServerView; rollout: Rollout | null }) {
  const told = (work: (name: string) => Promise<Rollout>) => async () => {
    try {
      await work(server.name);
    } catch (error) {
      toastFailure({ title: `${server.title} for everybody`, about: `rollout ${server.name}`, error: asApiError(error) });
    }
  };
  const start = useAction(told(startRollout));
  const stop = useAction(told(stopRollout));
  const [reading, setReading] = useState(false);
  const running = rollout?.state === "running" || rollout?.state === "stopping";
  return (
    <div className={classes.strip}>
      {running ? (
        <>
          <Progress.Root size="sm" className={classes.bar}>
            <Progress.Section
              value={share(rollout)}
              aria-label={`Restarting ${server.title} for everybody`}
              color="var(--pb-blue)"
            />
          </Progress.Root>
          <span className={classes.words}>{wordsOf(rollout)}</span>
          <Button
            size="compact-sm"
            variant="default"
            loading={stop.busy}
            disabled={rollout.state === "stopping"}
            onClick={() => void stop.run()}
          >
            {rollout.state === "stopping" ? "Stopping" : "Stop"}
          </Button>
        </>
      ) : (
        <>
          <span className={classes.words} aria-live="polite">
            {rollout === null ? (server.package ?? "") : wordsOf(rollout)}
          </span>
          {server.transport === "stdio" && (
            <Button
              size="compact-sm"
              variant="subtle"
              className={classes.quiet}
              color="gray"
              leftSection={<ScrollText size={14} aria-hidden="true" />}
              onClick={() => setReading(true)}
            >
              Output
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="subtle"
            className={classes.quiet}
            color="gray"
            leftSection={<RefreshCw size={14} aria-hidden="true" />}
            loading={start.busy}
            onClick={() => void start.run()}
          >
            Restart for everybody
          </Button>
        </>
      )}
      {reading && <StderrDialog server={server} onClose={() => setReading(false)} />}
    </div>
  );
}

function share({ total, done, failed }: Rollout): number {
  return total === 0 ? 100 : ((done + failed) / total) * 100;
}

function wordsOf({ state, total, done, failed }: Rollout): string {
  const failures = failed === 0 ? "" : `, ${failed} kept their old one`;
  if (state === "running" || state === "stopping") return `${done + failed} of ${total}${failures}`;
  if (total === 0) return "Nobody was connected";
  return `${state === "stopped" ? "Stopped after" : "Done:"} ${done} of ${total}${failures}`;
}
