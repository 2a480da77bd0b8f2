import type { ChatPart } from "../../../../../schemas/chat-wire.ts";
import { CopyButton } from "../../../ui/copy-button.tsx";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import { JsonView } from "../../../ui/json-view.tsx";
import type { CallView } from "../blocks.ts";
import { CallOutcome } from "./call-outcome.tsx";
import { RunAgain } from "./run-again.tsx";
import classes from "./tool-card.module.css";

const MAX_BROKEN_CHARS = 4_000;

/** What was sent, what came of it, and the way to run it once more. */
export function CallBody({ messageId, view }: { messageId: string; view: CallView }) {
  const { call, answered, result } = view;
  const edited = answered?.answer === "edited" ? (answered.arguments ?? null) : null;
  const sent = edited ?? call.arguments;
  return (
    <>
      {sent === null ? <BrokenArguments call={call} /> : <Arguments sent={sent} isEdited={edited !== null} />}
      {view.state !== "running" && <CallOutcome messageId={messageId} view={view} />}
      {view.state !== "running" && (
        <div className={classes.foot}>
          {call.server !== "" && sent !== null && <RunAgain call={{ ...call, arguments: sent }} state={view.state} />}
          {result !== null && result.omittedBytes === undefined && result.error === null && (
            <CopyButton
              label="Copy the result"
              text={() => JSON.stringify({ content: result.content, structuredContent: result.structuredContent }, null, 2)}
            />
          )}
        </div>
      )}
    </>
  );
}

function Arguments({ sent, isEdited }: { sent: Readonly<Record<string, unknown>>; isEdited: boolean }) {
  if (Object.keys(sent).length === 0) return <p className={classes.quiet}>Without arguments.</p>;
  return (
    <div className={classes.part}>
      <span className="pb-label">{isEdited ? "Arguments, as you changed them" : "Arguments"}</span>
      <JsonView value={sent} />
    </div>
  );
}

function BrokenArguments({ call }: { call: Extract<ChatPart, { type: "tool_call" }> }) {
  return (
    <div className={classes.part}>
      <span className="pb-label">Arguments, not readable as JSON</span>
      <pre className={classes.broken}>
        <ForeignText maxLength={MAX_BROKEN_CHARS}>{call.argumentsText ?? ""}</ForeignText>
      </pre>
    </div>
  );
}
