import { CircleAlert, Info } from "lucide-react";
import type { CSSProperties, ReactNode } from "react";
import { asSentence } from "./as-sentence.ts";
import { ForeignText } from "./foreign-text.tsx";
import classes from "./notice.module.css";

interface FailureProps {
  error: {
    code: string;
    message: string;
    next: string;
    requestId?: string | undefined;
    details?: readonly { path: string; expected: string }[] | undefined;
  } | null;
  children?: ReactNode;
}

/** What went wrong and what to do about it. Spoken when it appears. */
export function Failure({ error, children }: FailureProps) {
  if (error === null) return null;
  return (
    <div role="alert" className={classes.notice} style={{ "--tone": "var(--pb-red)" } as CSSProperties}>
      <CircleAlert size={17} aria-hidden="true" />
      <div className={classes.body}>
        <ForeignText>{asSentence(error.message)}</ForeignText> <span className={classes.next}>{error.next}</span>
        {error.details
          ?.filter(({ expected }) => !error.message.includes(expected))
          .map(({ path, expected }) => (
            <div key={path} className={classes.next}>
              <span className="pb-mono">{path.replace(/^\//, "")}</span>: {expected}
            </div>
          ))}
        {error.code === "INTERNAL" && error.requestId !== undefined && (
          <div className={classes.next}>
            Request id: <span className="pb-mono">{error.requestId}</span>
          </div>
        )}
        {children}
      </div>
    </div>
  );
}

/** Something to know, not a failure. */
export function Notice({ tone = "blue", children }: { tone?: "blue" | "amber" | "green" | "orange"; children: ReactNode }) {
  return (
    <div className={classes.notice} style={{ "--tone": `var(--pb-${tone})` } as CSSProperties}>
      <Info size={17} aria-hidden="true" />
      <div className={classes.body}>{children}</div>
    </div>
  );
}
