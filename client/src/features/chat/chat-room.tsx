import { Button, Skeleton } from "@mantine/core";
import { useEffect, useState } from "react";
import { EMPTY_TRANSCRIPT } from "../../../../schemas/chat-transcript.ts";
import type { ModelEndpointView, ModelsView } from "../../../../schemas/chat-wire.ts";
import type { ServerView } from "../../../../schemas/wire.ts";
import type { Live } from "../../lib/live.ts";
import type { Loaded } from "../../lib/use-request.ts";
import { Failure } from "../../ui/notice.tsx";
import { CardWorldProvider } from "./cards/card-world.tsx";
import classes from "./chat-page.module.css";
import { KeyDialog } from "./models/key-dialog.tsx";
import { RoomFoot } from "./room-foot.tsx";
import { SendingRow } from "./sending-row.tsx";
import { Transcript } from "./transcript.tsx";
import type { OpenConversation } from "./use-conversation.ts";
import { useMessageDeeds } from "./use-message-deeds.ts";
import type { Outbox } from "./use-outbox.ts";
import type { PicksInUse } from "./use-picks.ts";
import { useWriting } from "./use-writing.ts";
import { Welcome } from "./welcome.tsx";

interface ChatRoomProps {
  live: Live;
  userId: string;
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
export function ChatRoom(props: ChatRoomProps) {
  const { live, userId, servers, models, id, open, outbox, picks, onBegun, onSignIn, onConfigure } = props;
  const { transcript } = open;
  const [keyOf, setKeyOf] = useState<ModelEndpointView | null>(null);
  const writing = useWriting(`${userId}:${id ?? "new"}`);
  const isRunning = transcript?.messages.some(({ state }) => state === "running") === true;
  const sent = outbox.outgoing;
  const isHere = sent !== null && sent.conversationId === id;
  const isSaid = isHere && transcript?.messages.some(({ id }) => id === sent.message.messageId) === true;
  const outgoing = isHere && !isSaid ? sent : null;
  const { discard } = outbox;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the transcript has it
  useEffect(() => {
    if (isSaid) discard();
  }, [isSaid]);
  const isBusy = isRunning || outgoing !== null;
  const deeds = useMessageDeeds({ id, open, outbox });
  const takeBack = () => {
    if (outgoing !== null) writing.putBack(outgoing.message);
    discard();
  };
  return (
    <>
      {(transcript === null || transcript.messages.length === 0) && outgoing === null ? (
        <NothingSaid id={id} open={open} models={models} onKey={setKeyOf} />
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
            {outgoing !== null && <SendingRow outgoing={outgoing} onSendAgain={outbox.sendAgain} onTakeBack={takeBack} />}
          </Transcript>
        </CardWorldProvider>
      )}
      <RoomFoot
        live={live}
        servers={servers}
        models={models}
        id={id}
        writing={writing}
        picks={picks}
        isRunning={isRunning}
        isSending={outgoing !== null && outgoing.error === null}
        onBegun={onBegun}
        onKey={setKeyOf}
        onSend={() => outbox.send(id, writing.take())}
        onSignIn={onSignIn}
        onConfigure={onConfigure}
      />
      <KeyDialog endpoint={keyOf} onChanged={models.reload} onClose={() => setKeyOf(null)} />
    </>
  );
}

interface NothingSaidProps extends Pick<ChatRoomProps, "id" | "open" | "models"> {
  onKey(endpoint: ModelEndpointView): void;
}

function NothingSaid({ id, open, models, onKey }: NothingSaidProps) {
  if (id === null || open.transcript !== null) return <Welcome models={models} onKey={onKey} />;
  if (open.error === null) {
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
  return (
    <div className={classes.middle}>
      <Failure error={open.error}>
        <Button mt={8} size="xs" onClick={open.retry}>
          Try again
        </Button>
      </Failure>
    </div>
  );
}
