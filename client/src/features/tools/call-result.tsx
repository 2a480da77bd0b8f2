import type { ReactNode } from "react";
import { Failure } from "../../ui/notice.tsx";
import { ToolAnswer } from "../../ui/results/tool-answer.tsx";
import classes from "./call-result.module.css";
import type { CallState } from "./use-tool-call.ts";

interface CallResultProps {
  state: CallState;
  /** Stands for a failure that something can be done about here; nothing: it is only told. */
  children?: ReactNode;
}

/** What came of the last call. Its arrival is announced, its content is not read out. */
export function CallResult({ state, children }: CallResultProps) {
  return (
    <>
      <div className="pb-hidden" aria-live="polite">
        {announcement(state)}
      </div>
      {(state.phase === "answered" || state.phase === "failed") && (
        <section
          className={classes.result}
          aria-label="Result"
          data-error={state.phase === "failed" ? !children : state.answer.isError}
        >
          {state.phase === "failed" ? children || <Failure error={state.error} /> : <ToolAnswer answer={state.answer} />}
        </section>
      )}
    </>
  );
}

function announcement(state: CallState): string {
  if (state.phase === "failed") return "The call failed.";
  if (state.phase !== "answered") return "";
  return state.answer.isError ? "The tool reports an error." : "The result is there.";
}
