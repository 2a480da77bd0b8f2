import { ActionIcon, Tooltip } from "@mantine/core";
import { BookMarked } from "lucide-react";
import { useState } from "react";
import { AttachDialog, type AttachProps } from "./attach-dialog.tsx";

/** The way to what servers have besides tools. */
export function AttachButton({ servers, ...props }: AttachProps) {
  const [opened, setOpened] = useState(false);
  const inChat = servers.filter(({ chatMenu }) => chatMenu);
  return (
    <>
      <Tooltip label="Resources and prompts">
        <ActionIcon
          aria-label="Resources and prompts"
          aria-haspopup="dialog"
          disabled={inChat.length === 0}
          onClick={() => setOpened(true)}
        >
          <BookMarked size={16} aria-hidden="true" />
        </ActionIcon>
      </Tooltip>
      <AttachDialog {...props} servers={inChat} opened={opened} onClose={() => setOpened(false)} />
    </>
  );
}
