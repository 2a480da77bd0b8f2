import { Button } from "@mantine/core";
import { StepForward } from "lucide-react";
import { memo, useRef, useState } from "react";
import type { ChatMessage } from "../../../../schemas/chat-wire.ts";
import { MessageActions, type MessageDeeds, type Siblings } from "./message-actions.tsx";
import { MessageBlocks } from "./message-blocks.tsx";
import { MessageEdit } from "./message-edit.tsx";
import classes from "./message-row.module.css";

interface MessageRowProps extends Siblings {
  conversationId: string;
  message: ChatMessage;
  /** It ends the branch that is shown. */
  isLast: boolean;
  /** An answer is being made: nothing can be begun. */
  isBusy: boolean;
  deeds: MessageDeeds;
}

const BROKEN_OFF: Partial<Record<ChatMessage["state"], string>> = {
  stopped: "You stopped this answer.",
  interrupted: "The server was restarted during this answer. What it had said is kept.",
};

/** One message of the branch that is shown. Only drawn anew when it changed itself. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { conversationId, message, isLast, isBusy, deeds, ...siblings } = props;
  const [isEditing, setEditing] = useState(false);
  const row = useRef<HTMLElement>(null);
  const endEdit = () => {
    setEditing(false);
    row.current?.focus();
  };
  const isOwn = message.role === "user" && message.by === "person";
  const canGoOn = isLast && message.by === "model" && message.state !== "done" && message.state !== "running";
  return (
    <article
      ref={row}
      tabIndex={-1}
      className={classes.row}
      data-own={isOwn || undefined}
      data-state={message.state}
      aria-label={authorOf(message)}
    >
      {isEditing ? (
        <MessageEdit message={message} isBusy={isBusy} onCancel={endEdit} onSend={deeds.edit} />
      ) : (
        <div className={classes.body}>
          <MessageBlocks conversationId={conversationId} message={message} isOwn={isOwn} />
        </div>
      )}
      {BROKEN_OFF[message.state] !== undefined && <p className={classes.broken}>{BROKEN_OFF[message.state]}</p>}
      {canGoOn && (
        <div className={classes.offers}>
          <Button
            size="xs"
            variant="default"
            disabled={isBusy}
            leftSection={<StepForward size={14} aria-hidden="true" />}
            onClick={() => deeds.goOn(message.id)}
          >
            Continue
          </Button>
        </div>
      )}
      {message.state !== "running" && !isEditing && (
        <MessageActions
          message={message}
          isOwn={isOwn}
          isBusy={isBusy}
          deeds={deeds}
          onEdit={() => setEditing(true)}
          {...siblings}
        />
      )}
    </article>
  );
});

function authorOf({ by, role }: ChatMessage): string {
  if (by === "console") return role === "user" ? "Your tool call" : "Tool console";
  return role === "user" ? "You" : "Answer";
}
