import { Button, Textarea } from "@mantine/core";
import { Check, CheckCheck, Pencil, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { ChatMessage, ChatPart } from "../../../../../schemas/chat-wire.ts";
import type { ApprovalView } from "../../../../../schemas/wire-functions.ts";
import { asSentence } from "../../../ui/as-sentence.ts";
import { DefinitionChange } from "../../../ui/definition-change.tsx";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import { JsonView } from "../../../ui/json-view.tsx";
import { Failure } from "../../../ui/notice.tsx";
import { ToolMarks } from "../../../ui/tool-marks.tsx";
import classes from "./approval-ask.module.css";
import { useCardWorld } from "./card-world.tsx";
import { EditArguments } from "./edit-arguments.tsx";
import { useAnswer } from "./use-answer.ts";

interface ApprovalAskProps {
  message: Pick<ChatMessage, "id" | "state">;
  call: Extract<ChatPart, { type: "tool_call" }>;
  asked: Extract<ChatPart, { type: "approval_asked" }>;
}

/** A call that waits for a person's word: what would run, what the server says about it, and the answers there are. */
export function ApprovalAsk({ message, call, asked }: ApprovalAskProps) {
  const { approvals } = useCardWorld();
  const approval = approvals.waiting.get(asked.approvalId);
  return (
    <>
      <p className={classes.why}>
        <ForeignText>{asSentence(approval?.message ?? asked.reason)}</ForeignText>
      </p>
      {approval !== undefined ? (
        <Question key={approval.id} message={message} approval={approval} />
      ) : (
        <>
          {call.arguments !== null && <JsonView value={call.arguments} />}
          <p className={classes.quiet} role="status">
            {approvals.isKnown ? endedWords(message) : "Looking whether it still waits…"}
          </p>
        </>
      )}
    </>
  );
}

function endedWords({ state }: Pick<ChatMessage, "state">): string {
  if (state === "running") return "It was answered; the call goes on.";
  return "This question does not wait any more: it was answered, or its time was over. Continue the answer to go on.";
}

interface QuestionProps {
  message: Pick<ChatMessage, "id" | "state">;
  approval: ApprovalView;
}

function Question({ message, approval }: QuestionProps) {
  const [mode, setMode] = useState<"ask" | "edit" | "reject">("ask");
  const answer = useAnswer(message);
  const { id, server, tool, title, description, annotations, arguments: args, change, mayAllowAlways, asksOnce } = approval;
  return (
    <>
      {(title !== null || description !== null) && (
        <p className={classes.about}>
          {title !== null && (
            <strong>
              <ForeignText maxLength={160}>{title}</ForeignText>{" "}
            </strong>
          )}
          {description !== null && change === null && <ForeignText maxLength={600}>{description}</ForeignText>}
        </p>
      )}
      <ToolMarks annotations={annotations} />
      {change !== null && (
        <div className={classes.changed}>
          <strong>It changed since you allowed it.</strong>
          <DefinitionChange change={change} />
        </div>
      )}
      {mode === "edit" ? (
        <EditArguments
          server={server}
          tool={tool}
          initial={args}
          busy={answer.busy}
          onDone={(edited) => void answer.run(id, { action: "approve", arguments: edited })}
          onBack={() => setMode("ask")}
        />
      ) : (
        <div className={classes.part}>
          <span className="pb-label">{Object.keys(args).length === 0 ? "Without arguments" : "Arguments"}</span>
          {Object.keys(args).length > 0 && <JsonView value={args} />}
        </div>
      )}
      <Failure error={answer.error} />
      {mode === "reject" && (
        <Reject
          busy={answer.busy}
          onBack={() => setMode("ask")}
          onReject={(reason) => void answer.run(id, { action: "reject", ...(reason === "" ? {} : { reason }) })}
        />
      )}
      {mode === "ask" && (
        <div className={classes.buttons}>
          <Button
            size="xs"
            leftSection={<Check size={15} aria-hidden="true" />}
            disabled={answer.busy}
            onClick={() => void answer.run(id, { action: "approve" })}
          >
            Approve
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<Pencil size={14} aria-hidden="true" />}
            disabled={answer.busy}
            onClick={() => setMode("edit")}
          >
            Edit
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<X size={15} aria-hidden="true" />}
            disabled={answer.busy}
            onClick={() => setMode("reject")}
          >
            Reject
          </Button>
          {mayAllowAlways && !asksOnce && (
            <Button
              size="xs"
              variant="subtle"
              leftSection={<CheckCheck size={15} aria-hidden="true" />}
              disabled={answer.busy}
              onClick={() => void answer.run(id, { action: "allow_always" })}
            >
              Always allow
            </Button>
          )}
        </div>
      )}
      {asksOnce && mode === "ask" && (
        <p className={classes.quiet}>The server says it only reads: your yes holds until the tool changes.</p>
      )}
    </>
  );
}

interface RejectProps {
  busy: boolean;
  onReject(reason: string): void;
  onBack(): void;
}

function Reject({ busy, onReject, onBack }: RejectProps) {
  const [reason, setReason] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onReject(reason.trim());
  };
  return (
    <form className={classes.part} onSubmit={submit} onKeyDown={(event) => event.key === "Escape" && onBack()}>
      <Textarea
        label="Why not?"
        description="The model is told. You may leave it empty."
        autosize
        minRows={2}
        maxRows={6}
        maxLength={2_000}
        autoFocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className={classes.buttons}>
        <Button size="xs" type="submit" loading={busy} leftSection={<X size={15} aria-hidden="true" />}>
          Reject
        </Button>
        <Button size="xs" variant="default" onClick={onBack}>
          Back
        </Button>
      </div>
    </form>
  );
}
