import { Button, Group, Textarea } from "@mantine/core";
import { useState } from "react";
import type { ChatMessage } from "../../../../schemas/chat-wire.ts";
import { textOf } from "./message-actions.tsx";
import classes from "./message-row.module.css";

interface MessageEditProps {
  message: ChatMessage;
  isBusy: boolean;
  onCancel(): void;
  onSend(message: ChatMessage, text: string): void;
}

/** Other words for a message that was sent. What was there stays, as a branch beside it. */
export function MessageEdit({ message, isBusy, onCancel, onSend }: MessageEditProps) {
  const [text, setText] = useState(() => textOf(message));
  const send = () => {
    if (text.trim() === "" || isBusy) return;
    onCancel();
    onSend(message, text);
  };
  return (
    <form
      className={classes.edit}
      aria-label="Edit message"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onCancel();
      }}
    >
      <Textarea
        autosize
        autoFocus
        minRows={2}
        maxRows={14}
        aria-label="Message"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Group justify="flex-end" gap="xs" mt={8}>
        <Button size="xs" variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button size="xs" type="submit" disabled={isBusy || text.trim() === ""}>
          Send
        </Button>
      </Group>
    </form>
  );
}
