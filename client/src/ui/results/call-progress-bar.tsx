import { Progress } from "@mantine/core";
import type { CallProgress } from "../../../../schemas/wire.ts";
import { ForeignText } from "../foreign-text.tsx";
import classes from "./call-progress-bar.module.css";

interface CallProgressBarProps {
  progress: CallProgress | null;
  /** What to say as long as the server says nothing. @default Running */
  otherwise?: string;
}

/** How far a call is, as far as the server says; a moving bar where it says nothing. */
export function CallProgressBar({ progress, otherwise = "Running" }: CallProgressBarProps) {
  const percent = percentOf(progress);
  const words = progress?.message ?? otherwise;
  return (
    <div className={classes.progress}>
      <div>
        <span aria-live="polite">
          <ForeignText maxLength={200}>{words}</ForeignText>
        </span>
        {progress !== null && <span className="pb-mono">{amountOf(progress)}</span>}
      </div>
      <Progress.Root size="sm">
        <Progress.Section
          value={percent ?? 100}
          aria-label="Progress of the call"
          color="var(--pb-blue)"
          striped={percent === null}
          animated={percent === null}
        />
      </Progress.Root>
    </div>
  );
}

function percentOf(progress: CallProgress | null): number | null {
  if (progress?.total === null || progress === null || progress.total <= 0) return null;
  return Math.min(100, Math.max(0, (progress.progress / progress.total) * 100));
}

function amountOf({ progress, total }: CallProgress): string {
  return total === null ? String(progress) : `${progress} / ${total}`;
}
