import { ChevronDown, Search } from "lucide-react";
import { useId, useState } from "react";
import type { ChatMessage, ChatPart } from "../../../../../schemas/chat-wire.ts";
import type { CallProgress } from "../../../../../schemas/wire.ts";
import { useLiveEvent } from "../../../lib/use-live-event.ts";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import { CallProgressBar } from "../../../ui/results/call-progress-bar.tsx";
import { durationWords } from "../../../ui/results/duration-words.ts";
import { ServerIcon } from "../../../ui/server-icon.tsx";
import { visibleString } from "../../../ui/visible-text.ts";
import { WaitsForAnswer } from "../../../ui/waits-for-answer.tsx";
import type { CallView } from "../blocks.ts";
import { ApprovalAsk } from "./approval-ask.tsx";
import { CallBody } from "./call-body.tsx";
import { lookOf, startsOpen } from "./call-look.ts";
import { useCardWorld } from "./card-world.tsx";
import classes from "./tool-card.module.css";

interface ToolCardProps {
  message: Pick<ChatMessage, "id" | "state">;
  view: CallView;
}

/** One call: which tool of which server, how it stands, and, unfolded, what was sent and what came of it. */
export function ToolCard({ message, view }: ToolCardProps) {
  const { call, asked, state, result } = view;
  const id = useId();
  const { servers } = useCardWorld();
  const [chosen, setChosen] = useState<boolean | null>(null);
  const isAsked = state === "waiting" && asked !== null;
  const isOpen = chosen ?? startsOpen(view);
  const server = servers.find(({ name }) => name === call.server);
  const serverTitle = server?.title ?? call.server;
  const look = lookOf(view);
  const name = nameOf(call);
  return (
    <section
      className={classes.card}
      data-state={state}
      aria-label={visibleString(call.server === "" ? name : `${name} (${serverTitle})`)}
      style={{ "--tone": look.color } as React.CSSProperties}
    >
      <button
        type="button"
        className={classes.head}
        aria-expanded={isAsked || isOpen}
        aria-controls={id}
        disabled={isAsked}
        onClick={() => setChosen(!isOpen)}
      >
        {call.server === "" ? (
          <span className={classes.builtIn}>
            <Search size={15} aria-hidden="true" />
          </span>
        ) : (
          <ServerIcon name={call.server} title={serverTitle} iconPath={server?.iconPath ?? null} size={28} />
        )}
        <span className={classes.names}>
          <span className={classes.tool}>
            <ForeignText maxLength={160}>{name}</ForeignText>
          </span>
          {call.server !== "" && (
            <span className={classes.server}>
              <ForeignText maxLength={120}>{serverTitle}</ForeignText>
            </span>
          )}
          {!isAsked && !isOpen && <span className={classes.gist}>{gistOf(view)}</span>}
        </span>
        <span className={classes.state}>
          <look.icon size={15} aria-hidden="true" className={state === "running" ? classes.turning : undefined} />
          {look.word}
          {result !== null && state !== "refused" && (
            <span className={`pb-mono ${classes.duration}`}>{durationWords(result.durationMs)}</span>
          )}
        </span>
        {!isAsked && <ChevronDown size={16} aria-hidden="true" className={classes.chevron} />}
      </button>
      {state === "running" && <RunningProgress callId={call.callId} server={call.server} />}
      <div id={id} className={classes.body} hidden={!isAsked && !isOpen}>
        {isAsked ? (
          <ApprovalAsk message={message} call={call} asked={asked} />
        ) : (
          isOpen && <CallBody messageId={message.id} view={view} />
        )}
      </div>
    </section>
  );
}

function RunningProgress({ callId, server }: { callId: string; server: string }) {
  const { live } = useCardWorld();
  const [progress, setProgress] = useState<CallProgress | null>(null);
  useLiveEvent(live, "progress", (said) => {
    if (said.callId === callId) setProgress(said);
  });
  return (
    <div className={classes.progress}>
      <WaitsForAnswer server={server} />
      <CallProgressBar progress={progress} otherwise="No progress told yet" />
    </div>
  );
}

/** A search for tools is the platform's own. */
function nameOf({ server, tool }: Extract<ChatPart, { type: "tool_call" }>): string {
  return server === "" && tool === "search_tools" ? "Looked for tools" : tool;
}

const MAX_GIST = 90;

/** The arguments in a line, by which folded calls of one tool are told apart. */
function gistOf({ call, answered }: CallView): string {
  const sent = answered?.arguments ?? call.arguments ?? {};
  const words = Object.values(sent).map((value) => (typeof value === "string" ? value : (JSON.stringify(value) ?? "")));
  return visibleString(words.join(" · ").slice(0, MAX_GIST).replaceAll(/\s+/g, " "));
}
