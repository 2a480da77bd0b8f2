import { ActionIcon, Textarea, Tooltip } from "@mantine/core";
import { ArrowUp, Square } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import classes from "./composer.module.css";

interface ComposerProps {
  draft: string;
  onDraft(draft: string): void;
  placeholder: string;
  /** An answer is being made: it can be stopped, and nothing can be sent. */
  isRunning: boolean;
  /** Why nothing can be sent; null: it can. */
  blocked: string | null;
  /** There is something to send besides the text. */
  hasAttachments: boolean;
  onSend(): void;
  onStop(): void;
  /** Pasted or dropped here. */
  onFiles(files: readonly File[]): void;
  /** The text begins with "/": what stands behind it. Null when it does no longer. */
  slash(rest: string | null): void;
  /** Buttons under the text. */
  menu: ReactNode;
  /** Above the text: what goes with it. */
  attachments: ReactNode;
}

/** Where a person writes. Enter sends, Shift and Enter begins a line. */
export function Composer(props: ComposerProps) {
  const { draft, onDraft, placeholder, isRunning, blocked, hasAttachments, onSend, onStop } = props;
  const { onFiles, slash, menu, attachments } = props;
  const input = useRef<HTMLTextAreaElement>(null);
  const [isDropping, setDropping] = useState(false);
  useEffect(() => {
    // Where there is no keyboard but one that covers half the screen, only a touch opens it.
    if (window.matchMedia("(hover: hover)").matches) input.current?.focus();
  }, []);
  const canSend = !isRunning && blocked === null && (draft.trim() !== "" || hasAttachments);
  const write = (next: string) => {
    onDraft(next);
    slash(next.startsWith("/") ? next.slice(1) : null);
  };
  const stop = () => {
    onStop();
    // The button goes away with the answer.
    input.current?.focus();
  };
  const keyDown = (event: KeyboardEvent) => {
    // While a word is being composed, Enter belongs to the keyboard's own list.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (canSend) onSend();
  };
  return (
    <form
      className={classes.composer}
      aria-label="Write a message"
      data-dropping={isDropping || undefined}
      onPaste={(event) => {
        const { files } = event.clipboardData;
        if (files.length === 0) return;
        event.preventDefault();
        onFiles([...files]);
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={() => setDropping(false)}
      onDrop={(event) => {
        setDropping(false);
        if (event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        onFiles([...event.dataTransfer.files]);
      }}
      onSubmit={(event) => {
        event.preventDefault();
        if (canSend) onSend();
      }}
    >
      {attachments}
      <Textarea
        ref={input}
        autosize
        minRows={1}
        maxRows={10}
        variant="unstyled"
        classNames={{ input: classes.input }}
        aria-label="Message"
        placeholder={placeholder}
        value={draft}
        onChange={(event) => write(event.currentTarget.value)}
        onKeyDown={keyDown}
      />
      <div className={classes.foot}>
        <div className={classes.menu}>{menu}</div>
        {isRunning ? (
          <Tooltip label="Stop the answer">
            <ActionIcon variant="filled" radius="xl" aria-label="Stop the answer" onClick={stop}>
              <Square size={14} fill="currentColor" aria-hidden="true" />
            </ActionIcon>
          </Tooltip>
        ) : (
          <Tooltip label={blocked ?? "Send (Enter)"}>
            <ActionIcon
              type="submit"
              variant="filled"
              radius="xl"
              aria-label="Send"
              aria-disabled={!canSend}
              data-disabled={!canSend || undefined}
            >
              <ArrowUp size={19} aria-hidden="true" />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
    </form>
  );
}
