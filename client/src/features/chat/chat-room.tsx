import { Button, Skeleton } from "@mantine/core";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { EMPTY_TRANSCRIPT } from "../../../../schemas/chat-transcript.ts";
import type { ModelsView } from "../../../../schemas/chat-wire.ts";
import type { ServerView } from "../../../../schemas/wire.ts";
import type { Live } from "../../lib/live.ts";
import type { Loaded } from "../../lib/use-request.ts";
import { asApiError } from "../../lib/use-request.ts";
import { Failure } from "../../ui/notice.tsx";
import { toastFailure } from "../../ui/toast.ts";
import { AttachButton } from "./attach/attach-button.tsx";
import type { AttachProps } from "./attach/attach-dialog.tsx";
import { AttachedChips, type AttachedResource, isSame } from "./attach/attached-chips.tsx";
import { useWatchedResources } from "./attach/watched-resources.ts";
import { leafOf } from "./branches.ts";
import { CardWorldProvider } from "./cards/card-world.tsx";
import { changeConversation, consolePrompt, continueAnswer, createConversation, regenerate, stopAnswer } from "./chat-api.ts";
import classes from "./chat-page.module.css";
import { Composer } from "./composer.tsx";
import { MCPMenu } from "./menu/mcp-menu.tsx";
import type { MessageDeeds } from "./message-actions.tsx";
import { SendingRow } from "./sending-row.tsx";
import { Transcript } from "./transcript.tsx";
import type { OpenConversation } from "./use-conversation.ts";
import { useDraft } from "./use-draft.ts";
import type { Outbox } from "./use-outbox.ts";
import type { PicksInUse } from "./use-picks.ts";
import { Welcome } from "./welcome.tsx";

interface ChatRoomProps {
  live: Live;
  servers: readonly ServerView[];
  models: Loaded<ModelsView>;
  /** Null: it begins with the first message. */
  id: string | null;
  open: OpenConversation;
  outbox: Outbox;
  picks: PicksInUse;
  /** A conversation was made for what was done first in it. */
  onBegun(id: string): void;
  onSignIn(server: string): void;
  onConfigure(server: string): void;
}

/** One conversation: what was said, and where one writes. */
export function ChatRoom({ live, servers, models, id, open, outbox, picks, onBegun, onSignIn, onConfigure }: ChatRoomProps) {
  const { conversation, transcript, error } = open;
  const [draft, setDraft] = useDraft(id ?? "new");
  const [attached, setAttached] = useState<readonly AttachedResource[]>([]);
  const watched = useWatchedResources(live);
  const isRunning = conversation?.isRunning === true || transcript?.messages.some(({ state }) => state === "running") === true;
  const sent = outbox.outgoing;
  const isHere = sent !== null && sent.conversationId === id;
  const outgoing = isHere && !transcript?.messages.some((message) => message.id === sent.message.messageId) ? sent : null;
  const isBusy = isRunning || outgoing !== null;
  const deeds = useDeeds(id, open, outbox);
  const send = () => {
    outbox.send(id, { text: draft, images: [], resources: attached.map(({ server, uri }) => ({ server, uri })) });
    setDraft("");
    setAttached([]);
  };
  const takeBack = () => {
    if (outgoing !== null) {
      setDraft(outgoing.message.text);
      setAttached(outgoing.message.resources.map((each) => ({ ...each, title: each.uri })));
    }
    outbox.discard();
  };
  const insertPrompt: AttachProps["onPrompt"] = async ({ server, prompt, values }) => {
    const wanted = { server, prompt, arguments: values };
    if (id !== null) return void (await consolePrompt(id, wanted));
    const begun = await createConversation({ servers: picks.servers, model: picks.model });
    onBegun(begun.id);
    // This view is gone by then.
    consolePrompt(begun.id, wanted).catch((cause: unknown) =>
      toastFailure({ about: "prompt", title: "The prompt was not inserted", error: asApiError(cause) }),
    );
  };
  const sending = outgoing !== null && <SendingRow outgoing={outgoing} onSendAgain={outbox.sendAgain} onTakeBack={takeBack} />;
  const hasNoModel = models.data !== null && models.data.default === null && models.data.endpoints.length === 0;
  return (
    <>
      {error !== null && transcript === null ? (
        <Unreadable>
          <Failure error={error}>
            <Button mt={8} size="xs" onClick={open.retry}>
              Try again
            </Button>
          </Failure>
        </Unreadable>
      ) : id === null && outgoing === null ? (
        <Welcome models={models} />
      ) : transcript === null && outgoing === null ? (
        <LoadingTranscript />
      ) : (
        <CardWorldProvider
          live={live}
          conversationId={id ?? ""}
          servers={servers}
          isBusy={isBusy}
          onGoOn={deeds.goOn}
          onSignIn={onSignIn}
          onConfigure={onConfigure}
        >
          <Transcript
            key={id}
            conversationId={id ?? ""}
            transcript={transcript ?? EMPTY_TRANSCRIPT}
            isBusy={isBusy}
            deeds={deeds}
          >
            {sending}
          </Transcript>
        </CardWorldProvider>
      )}
      <div className={classes.foot}>
        <Composer
          key={id}
          draft={draft}
          onDraft={setDraft}
          placeholder={hasNoModel ? "Type / to run a tool" : "Ask anything, or type / for tools"}
          isRunning={isRunning}
          blocked={hasNoModel ? "There is no model to talk to" : outgoing?.error === null ? "Being sent" : null}
          hasAttachments={attached.length > 0}
          onSend={send}
          onStop={() => {
            if (id !== null)
              stopAnswer(id).catch((cause: unknown) =>
                toastFailure({ about: "stop", title: "Not stopped", error: asApiError(cause) }),
              );
          }}
          slash={() => {}}
          menu={
            <>
              <MCPMenu
                live={live}
                servers={servers}
                selected={picks.servers}
                onChange={picks.pickServers}
                onSignIn={onSignIn}
                onConfigure={onConfigure}
              />
              <AttachButton
                live={live}
                servers={servers}
                picked={picks.servers}
                attached={attached}
                watched={watched}
                onAttach={(resource) => setAttached([...attached, resource])}
                onPrompt={insertPrompt}
              />
            </>
          }
          attachments={
            <AttachedChips
              attached={attached}
              watched={watched}
              onRemove={(gone) => setAttached(attached.filter((each) => !isSame(each, gone)))}
            />
          }
        />
      </div>
    </>
  );
}

/** The same object for as long as the conversation is open, so that messages are not drawn anew for it. */
function useDeeds(id: string | null, open: OpenConversation, outbox: Outbox): MessageDeeds {
  const latest = useRef({ id, open, outbox });
  useEffect(() => {
    latest.current = { id, open, outbox };
  });
  return useMemo(() => {
    const attempt = (title: string, act: (id: string) => Promise<unknown>) => {
      const { id } = latest.current;
      if (id !== null) act(id).catch((error: unknown) => toastFailure({ about: "message", title, error: asApiError(error) }));
    };
    return {
      regenerate: (messageId) => attempt("It is not answered again", (id) => regenerate(id, messageId)),
      goOn: (messageId) => attempt("It does not go on", (id) => continueAnswer(id, messageId)),
      show: (messageId) =>
        attempt("The branch cannot be shown", (id) => {
          const head = leafOf(latest.current.open.transcript ?? EMPTY_TRANSCRIPT, messageId);
          return changeConversation(id, { head });
        }),
      edit: ({ parentId, parts }, text) => {
        const images = parts.flatMap((part) => (part.type === "image" && part.data !== "" ? [part] : []));
        const resources = parts.flatMap((part) => (part.type === "resource" ? [{ server: part.server, uri: part.uri }] : []));
        latest.current.outbox.send(latest.current.id, {
          text,
          images: images.map(({ mediaType, data }) => ({ mediaType, data })),
          resources,
          parentId,
        });
      },
    };
  }, []);
}

function Unreadable({ children }: { children: ReactNode }) {
  return <div className={classes.middle}>{children}</div>;
}

function LoadingTranscript() {
  return (
    <div className={classes.middle} role="status">
      <span className="pb-hidden">Loading the conversation</span>
      <Skeleton height={42} width="55%" ml="auto" radius={18} />
      <Skeleton height={16} mt={30} />
      <Skeleton height={16} mt={10} width="92%" />
      <Skeleton height={16} mt={10} width="64%" />
    </div>
  );
}
