import { CircleStop } from "lucide-react";
import type { ReactNode } from "react";
import type { ToolView } from "../../../../schemas/wire.ts";
import type { ApiError } from "../../lib/api-client.ts";
import type { Live } from "../../lib/live.ts";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { Markdown } from "../../ui/markdown.tsx";
import { CallProgressBar } from "../../ui/results/call-progress-bar.tsx";
import { ToolArguments } from "../../ui/schema-form/tool-arguments.tsx";
import { ToolMarks } from "../../ui/tool-marks.tsx";
import { titleOf } from "../../ui/tool-title.ts";
import { WaitsForAnswer } from "../../ui/waits-for-answer.tsx";
import { ApprovalOffer } from "./approval-offer.tsx";
import { CallResult } from "./call-result.tsx";
import { SignInOffer } from "./sign-in-offer.tsx";
import classes from "./tool-panel.module.css";
import { useToolCall } from "./use-tool-call.ts";

interface ToolPanelProps {
  live: Live;
  server: string;
  tool: ToolView;
  onSignIn(): void;
}

/** One tool: what it is, what it wants, what it answered. */
export function ToolPanel({ live, server, tool, onSignIn }: ToolPanelProps) {
  const { state, run, clear, cancel } = useToolCall(live, { server, tool: tool.name });
  const title = titleOf(tool);
  return (
    <div className={classes.panel}>
      <section className={classes.card} aria-label="Tool">
        <div className={classes.head}>
          <h2 className={classes.title}>
            <ForeignText maxLength={200}>{title}</ForeignText>
          </h2>
          {title !== tool.name && (
            <span className={`pb-mono ${classes.name}`}>
              <ForeignText>{tool.name}</ForeignText>
            </span>
          )}
          <ToolMarks annotations={tool.annotations} />
        </div>
        {tool.description !== null && (
          <div className={classes.description}>
            <Markdown>{tool.description}</Markdown>
          </div>
        )}
        <ToolArguments
          inputSchema={tool.inputSchema}
          running={state.phase === "running"}
          onRun={(args) => run(args)}
          cancel={
            state.phase === "running"
              ? { label: "Cancel", icon: <CircleStop size={16} aria-hidden="true" />, onCancel: cancel }
              : null
          }
        />
        {state.phase === "running" && <WaitsForAnswer server={server} />}
        {state.phase === "running" && (
          <CallProgressBar
            progress={state.cancelling && state.progress !== null ? { ...state.progress, message: null } : state.progress}
            otherwise={state.cancelling ? "Cancelling" : "Running"}
          />
        )}
      </section>
      <CallResult state={state}>
        {state.phase === "failed" &&
          remedyFor(state.error, {
            signIn: (
              <SignInOffer error={state.error} live={live} server={server} onSignIn={onSignIn} onAgain={() => run(state.args)} />
            ),
            approval: (
              <ApprovalOffer
                key={state.error.details?.[0]?.expected}
                error={state.error}
                onApproved={(approval) => run(state.args, approval)}
                onRejected={clear}
              />
            ),
          })}
      </CallResult>
    </div>
  );
}

/** Null: it can only be told. */
function remedyFor(error: ApiError, { signIn, approval }: { signIn: ReactNode; approval: ReactNode }): ReactNode {
  if (error.needsSignIn) return signIn;
  return error.code === "APPROVAL_REQUIRED" ? approval : null;
}
