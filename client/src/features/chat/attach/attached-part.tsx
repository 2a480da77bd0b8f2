import { Button, Loader } from "@mantine/core";
import { ChevronRight, Eye, EyeOff, FileText, MessageSquareQuote, RotateCw } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import type { ChatPart } from "../../../../../schemas/chat-wire.ts";
import { useAction } from "../../../lib/use-action.ts";
import { useRequest } from "../../../lib/use-request.ts";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import { Failure } from "../../../ui/notice.tsx";
import { ContentBlock } from "../../../ui/results/content-block.tsx";
import { PromptMessages } from "../../../ui/results/prompt-messages.tsx";
import { Tag } from "../../../ui/tag.tsx";
import { readPart } from "../cards/calls-api.ts";
import { useCardWorld } from "../cards/card-world.tsx";
import classes from "./attach.module.css";
import { readResource } from "./attach-api.ts";
import { useWatchedResources } from "./watched-resources.ts";

type Resource = Extract<ChatPart, { type: "resource" }>;
type Prompt = Extract<ChatPart, { type: "prompt" }>;

interface AttachedPartProps {
  part: Resource | Prompt;
  /** Where it stands, to fetch what was too large to be sent along. */
  messageId: string;
  index: number;
}

/** Something of a server's that was said here: a line that says what, and all of it when it is opened. */
export function AttachedPart({ part, messageId, index }: AttachedPartProps) {
  const { live, servers } = useCardWorld();
  const watched = useWatchedResources(live);
  const [open, setOpen] = useState(false);
  const bodyId = useId();
  const isResource = part.type === "resource";
  const Icon = isResource ? FileText : MessageSquareQuote;
  const title = servers.find(({ name }) => name === part.server)?.title ?? part.server;
  return (
    <div className={classes.attached}>
      <button
        type="button"
        className={classes.attachedHead}
        aria-expanded={open}
        aria-controls={bodyId}
        onClick={() => setOpen(!open)}
      >
        <Icon size={15} aria-hidden="true" />
        <span className={classes.attachedTitle}>
          <ForeignText maxLength={200}>{isResource ? part.uri : part.prompt}</ForeignText>
        </span>
        <span className={classes.attachedOf}>
          <ForeignText maxLength={80}>{title}</ForeignText>
        </span>
        {isResource && watched.hasChanged(part.server, part.uri) && <Tag isNews>Changed</Tag>}
        <ChevronRight size={15} aria-hidden="true" className={classes.chevron} />
      </button>
      <div id={bodyId} hidden={!open} className={classes.attachedBody}>
        {open && <Whole part={part} messageId={messageId} index={index} />}
      </div>
    </div>
  );
}

function Whole({ part, messageId, index }: AttachedPartProps) {
  if (part.type === "prompt") return <PromptMessages messages={part.messages} />;
  return (
    <>
      {part.omittedBytes === undefined ? (
        <ResourceText part={part} />
      ) : (
        <Fetched messageId={messageId} index={index}>
          {(whole) => <ResourceText part={whole} />}
        </Fetched>
      )}
      <Now part={part} />
    </>
  );
}

function ResourceText({ part: { uri, mediaType, text } }: { part: Resource }) {
  return <ContentBlock block={{ type: "resource", resource: { uri, mimeType: mediaType ?? "", text } }} />;
}

interface FetchedProps {
  messageId: string;
  index: number;
  children(whole: Resource): ReactNode;
}

function Fetched({ messageId, index, children }: FetchedProps) {
  const { conversationId } = useCardWorld();
  const whole = useRequest(`${conversationId} ${messageId} ${index}`, () => readPart(conversationId, messageId, index));
  if (whole.data?.type === "resource") return children(whole.data);
  return whole.error === null ? <Loader size="sm" aria-label="Fetching the resource" /> : <Failure error={whole.error} />;
}

/** The message keeps what was in it then; here is what is in it now. */
function Now({ part: { server, uri } }: { part: Resource }) {
  const { live } = useCardWorld();
  const watched = useWatchedResources(live);
  const [now, setNow] = useState<Awaited<ReturnType<typeof readResource>> | null>(null);
  const read = useAction(async () => {
    setNow(await readResource(server, uri, new AbortController().signal));
    watched.seen(server, uri);
  });
  const isWatched = watched.isWatched(server, uri);
  const watch = useAction(() => watched.watch(server, uri, !isWatched));
  return (
    <>
      <div className={classes.actions}>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<RotateCw size={14} aria-hidden="true" />}
          loading={read.busy}
          onClick={() => void read.run()}
        >
          Read it now
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={isWatched ? <EyeOff size={14} aria-hidden="true" /> : <Eye size={14} aria-hidden="true" />}
          loading={watch.busy}
          onClick={() => void watch.run()}
        >
          {isWatched ? "Stop watching" : "Watch for changes"}
        </Button>
      </div>
      <Failure error={read.error} />
      {now !== null && (
        <section className={classes.preview} aria-label="What is in it now">
          <span className="pb-label">Now</span>
          {now.map((content, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one resource have no other identity
            <ContentBlock key={index} block={{ type: "resource", resource: content }} />
          ))}
        </section>
      )}
    </>
  );
}
