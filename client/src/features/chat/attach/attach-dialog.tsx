import { Modal, Select } from "@mantine/core";
import { useState } from "react";
import type { ServerView } from "../../../../../schemas/wire.ts";
import type { Live } from "../../../lib/live.ts";
import { ViewTabs } from "../../../ui/view-tabs.tsx";
import { visibleString } from "../../../ui/visible-text.ts";
import classes from "./attach.module.css";
import type { AttachedResource } from "./attached-chips.tsx";
import { PromptPane } from "./prompt-pane.tsx";
import { ResourcePane } from "./resource-pane.tsx";
import type { WatchedResources } from "./watched-resources.ts";

export interface AttachProps {
  live: Live;
  servers: readonly ServerView[];
  /** Picked under the input: the first of them is looked at first. */
  picked: readonly string[];
  attached: readonly AttachedResource[];
  watched: WatchedResources;
  onAttach(resource: AttachedResource): void;
  onPrompt(prompt: { server: string; prompt: string; values: Readonly<Record<string, string>> }): Promise<void>;
}

interface AttachDialogProps extends AttachProps {
  opened: boolean;
  onClose(): void;
}

type View = "resources" | "prompts";

/** One server at a time: its resources and templates, or its prompts. */
export function AttachDialog({ opened, servers, picked, onClose, onPrompt, ...props }: AttachDialogProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [view, setView] = useState<View>("resources");
  const names = servers.map(({ name }) => name);
  const server = [chosen, ...picked, ...names].find((name) => name !== null && names.includes(name)) ?? null;
  return (
    <Modal opened={opened} onClose={onClose} size={680} title="Resources and prompts">
      <div className={classes.dialog}>
        <div className={classes.top}>
          <Select
            aria-label="Server"
            className={classes.server}
            value={server}
            allowDeselect={false}
            searchable={servers.length > 8}
            data={servers.map(({ name, title }) => ({ value: name, label: visibleString(title.slice(0, 120)) }))}
            onChange={setChosen}
          />
          <ViewTabs
            label="What it has"
            views={{ resources: "Resources", prompts: "Prompts" }}
            current={view}
            onSelect={(next) => setView(next)}
          />
        </div>
        {server !== null && view === "resources" && <ResourcePane key={server} server={server} {...props} />}
        {server !== null && view === "prompts" && (
          <PromptPane
            key={server}
            live={props.live}
            server={server}
            onPrompt={async (prompt) => {
              await onPrompt(prompt);
              onClose();
            }}
          />
        )}
      </div>
    </Modal>
  );
}
