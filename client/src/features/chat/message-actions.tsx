import { ActionIcon, Tooltip } from "@mantine/core";
import { ChevronLeft, ChevronRight, Pencil, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import type { ChatMessage } from "../../../../schemas/chat-wire.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import classes from "./message-row.module.css";

/** What a person can do with a message. */
export interface MessageDeeds {
  regenerate(messageId: string): void;
  goOn(messageId: string): void;
  /** Shows the branch through this message. */
  show(messageId: string): void;
  /** Says it in other words: a branch beside it. */
  edit(message: ChatMessage, text: string): void;
}

/** Which of the messages in this place it is, and those beside it. */
export interface Siblings {
  at: number;
  count: number;
  before: string | null;
  after: string | null;
}

interface MessageActionsProps extends Siblings {
  message: ChatMessage;
  isOwn: boolean;
  isBusy: boolean;
  deeds: MessageDeeds;
  onEdit(): void;
}

export function MessageActions(props: MessageActionsProps) {
  const { message, isOwn, isBusy, deeds, onEdit, at, count, before, after } = props;
  const text = textOf(message);
  const show = (id: string | null) => {
    if (id !== null) deeds.show(id);
  };
  return (
    <div className={classes.actions}>
      {count > 1 && (
        <span className={classes.branches}>
          <Action label="Branch before" disabled={isBusy || before === null} onClick={() => show(before)}>
            <ChevronLeft size={16} aria-hidden="true" />
          </Action>
          <span className="pb-mono">
            <span className="pb-hidden">Branch </span>
            {at + 1} / {count}
          </span>
          <Action label="Branch after" disabled={isBusy || after === null} onClick={() => show(after)}>
            <ChevronRight size={16} aria-hidden="true" />
          </Action>
        </span>
      )}
      {text !== "" && <CopyButton label={isOwn ? "Copy message" : "Copy answer"} text={() => text} />}
      {isOwn && (
        <Action label="Edit message" disabled={isBusy} onClick={onEdit}>
          <Pencil size={15} aria-hidden="true" />
        </Action>
      )}
      {message.by === "model" && (
        <Action label="Answer again" disabled={isBusy} onClick={() => deeds.regenerate(message.id)}>
          <RotateCw size={15} aria-hidden="true" />
        </Action>
      )}
    </div>
  );
}

interface ActionProps {
  label: string;
  disabled: boolean;
  onClick(): void;
  children: ReactNode;
}

function Action({ label, disabled, onClick, children }: ActionProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" size={30} aria-label={label} disabled={disabled} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

export function textOf({ parts }: ChatMessage): string {
  return parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n");
}
