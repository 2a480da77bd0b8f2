import { ActionIcon, FileButton, Tooltip } from "@mantine/core";
import { ImagePlus, SquareSlash } from "lucide-react";
import type { ModelEndpointView, ModelsView } from "../../../../schemas/chat-wire.ts";
import type { ServerView } from "../../../../schemas/wire.ts";
import type { Live } from "../../lib/live.ts";
import { asApiError, type Loaded } from "../../lib/use-request.ts";
import { toastFailure } from "../../ui/toast.ts";
import { AttachButton } from "./attach/attach-button.tsx";
import { AttachedChips, isSame } from "./attach/attached-chips.tsx";
import { useWatchedResources } from "./attach/watched-resources.ts";
import { stopAnswer } from "./chat-api.ts";
import classes from "./chat-page.module.css";
import { Composer } from "./composer.tsx";
import { ConsolePanel } from "./console/console-panel.tsx";
import { useConsole } from "./console/use-console.ts";
import { ImagePreviews } from "./image-previews.tsx";
import { MCPMenu } from "./menu/mcp-menu.tsx";
import { ModelPicker } from "./models/model-picker.tsx";
import { ACCEPTED_IMAGES } from "./use-images.ts";
import type { PicksInUse } from "./use-picks.ts";
import type { Writing } from "./use-writing.ts";

interface RoomFootProps {
  live: Live;
  servers: readonly ServerView[];
  models: Loaded<ModelsView>;
  id: string | null;
  writing: Writing;
  picks: PicksInUse;
  isRunning: boolean;
  /** A message is on its way. */
  isSending: boolean;
  onSend(): void;
  /** A conversation was made for what was done first in it. */
  onBegun(id: string): void;
  /** Somebody wants to enter a key of their own. */
  onKey(endpoint: ModelEndpointView): void;
  onSignIn(server: string): void;
  onConfigure(server: string): void;
}

/** Where one writes, with what is picked for it. */
export function RoomFoot(props: RoomFootProps) {
  const { live, servers, models, id, writing, picks, isRunning, isSending, onSend } = props;
  const { onBegun, onKey, onSignIn, onConfigure } = props;
  const { images, attached, setAttached } = writing;
  const watched = useWatchedResources(live);
  const hasNoModel = models.data !== null && models.data.default === null;
  const blocked = hasNoModel ? "There is no model to talk to" : isSending ? "Being sent" : null;
  const { draft, setDraft } = writing;
  const ownConsole = useConsole({
    conversationId: id,
    pick: { servers: picks.servers, model: picks.model },
    draft,
    setDraft,
    onBegun,
  });
  const stop = async () => {
    try {
      if (id !== null) await stopAnswer(id);
    } catch (error) {
      toastFailure({ about: "stop", title: "Not stopped", error: asApiError(error) });
    }
  };
  return (
    <div className={classes.foot}>
      {ownConsole.isOpen && <ConsolePanel live={live} servers={servers} picked={picks.servers} console={ownConsole} />}
      <Composer
        key={id}
        draft={draft}
        onDraft={setDraft}
        placeholder={hasNoModel ? "Type / to run a tool" : "Ask anything, or type / for tools"}
        isRunning={isRunning}
        blocked={blocked}
        hasAttachments={images.images.length > 0 || attached.length > 0}
        onSend={onSend}
        onStop={() => void stop()}
        onFiles={images.add}
        slash={ownConsole.slash}
        attachments={
          <>
            <ImagePreviews images={images.images} onRemove={images.remove} />
            <AttachedChips
              attached={attached}
              watched={watched}
              onRemove={(gone) => setAttached(attached.filter((each) => !isSame(each, gone)))}
            />
          </>
        }
        menu={
          <>
            <FileButton multiple accept={ACCEPTED_IMAGES} onChange={images.add}>
              {(button) => (
                <Tooltip label="Attach images">
                  <ActionIcon {...button} variant="subtle" aria-label="Attach images">
                    <ImagePlus size={18} aria-hidden="true" />
                  </ActionIcon>
                </Tooltip>
              )}
            </FileButton>
            <MCPMenu
              live={live}
              servers={servers}
              selected={picks.servers}
              onChange={picks.pickServers}
              onSignIn={onSignIn}
              onConfigure={onConfigure}
            />
            <Tooltip label="Run a tool or a prompt (/)">
              <ActionIcon aria-label="Run a tool or a prompt" aria-expanded={ownConsole.isOpen} onClick={ownConsole.toggle}>
                <SquareSlash size={16} aria-hidden="true" />
              </ActionIcon>
            </Tooltip>
            <AttachButton
              live={live}
              servers={servers}
              picked={picks.servers}
              attached={attached}
              watched={watched}
              onAttach={(resource) => setAttached([...attached, resource])}
              onPrompt={({ server, prompt, values }) => ownConsole.prompt({ server, prompt, arguments: values })}
            />
            {models.data !== null && models.data.endpoints.length > 0 && (
              <ModelPicker models={models.data} picked={picks.model} onPick={picks.pickModel} onKey={onKey} />
            )}
          </>
        }
      />
    </div>
  );
}
