import { ActionIcon, Tooltip } from "@mantine/core";
import { BookMarked } from "lucide-react";
import { useState } from "react";
import type { ServerView } from "../../../../../schemas/wire.ts";
import type { Live } from "../../../lib/live.ts";
import { AttachDialog } from "./attach-dialog.tsx";
import type { AttachedResource } from "./attached-chips.tsx";
import type { WatchedResources } from "./watched-resources.ts";

export interface AttachButtonProps {
  live: Live;
  servers: readonly ServerView[];
  /** Picked under the input: the first of them is looked at first. */
  picked: readonly string[];
  attached: readonly AttachedResource[];
  watched: WatchedResources;
  onAttach(resource: AttachedResource): void;
  onPrompt(prompt: { server: string; prompt: string; values: Readonly<Record<string, string>> }): Promise<void>;
}

/** The way to what servers have besides tools. */
export function AttachButton({ servers, ...props }: AttachButtonProps) {
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
