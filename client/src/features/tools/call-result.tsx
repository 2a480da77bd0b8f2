import { CircleCheck, CircleX } from "lucide-react";
import type { ReactNode } from "react";
import type { ToolCallAnswer } from "../../../../schemas/wire.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Failure } from "../../ui/notice.tsx";
import classes from "./call-result.module.css";
import { ContentBlock } from "./content-block.tsx";
import { StructuredResult } from "./structured-result.tsx";
import { isSameJson } from "./text-kind.ts";
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
          {state.phase === "failed" ? children || <Failure error={state.error} /> : <Answer answer={state.answer} />}
        </section>
      )}
    </>
  );
}

function Answer({ answer }: { answer: ToolCallAnswer }) {
  const { content, structuredContent, isError, durationMs } = answer;
  const structured = structuredContent !== null && structuredContent !== undefined;
  // Servers repeat structured content as text for older clients.
  const blocks = content.filter((block) => !(structured && isSameJson(block.text, structuredContent)));
  const Icon = isError ? CircleX : CircleCheck;
  return (
    <>
      <header className={classes.head}>
        <span className={classes.verdict}>
          <Icon size={18} aria-hidden="true" />
          {isError ? "The tool reports an error" : "Result"}
        </span>
        <span className={`pb-mono ${classes.duration}`}>{duration(durationMs)}</span>
        <CopyButton label="Copy everything" text={() => JSON.stringify({ content, structuredContent, isError }, null, 2)} />
      </header>
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of one answer have no other identity
        <ContentBlock key={index} block={block} />
      ))}
      {structured && <StructuredResult value={structuredContent} />}
      {blocks.length === 0 && !structured && <p className={classes.quiet}>The tool answered with nothing.</p>}
    </>
  );
}

function announcement(state: CallState): string {
  if (state.phase === "failed") return "The call failed.";
  if (state.phase !== "answered") return "";
  return state.answer.isError ? "The tool reports an error." : "The result is there.";
}

function duration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
