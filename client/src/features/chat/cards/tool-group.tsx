import { ChevronDown, Wrench } from "lucide-react";
import { useId, useState } from "react";
import type { ChatMessage } from "../../../../../schemas/chat-wire.ts";
import type { CallView } from "../blocks.ts";
import { AnswerAll } from "./answer-all.tsx";
import { lookOf, summaryOf } from "./call-look.ts";
import { ToolCard } from "./tool-card.tsx";
import classes from "./tool-group.module.css";

interface ToolGroupProps {
  message: Pick<ChatMessage, "id" | "state">;
  calls: readonly CallView[];
}

/** More that have ended are folded. */
const MAX_OPEN = 3;

/** Calls that follow each other: one card each, folded together where they are many. */
export function ToolGroup({ message, calls }: ToolGroupProps) {
  const id = useId();
  const isActive = calls.some(({ state }) => state === "running" || state === "waiting");
  const [chosen, setChosen] = useState<boolean | null>(null);
  const isOpen = chosen ?? (isActive || calls.length <= MAX_OPEN);
  const waiting = calls.filter(({ state }) => state === "waiting");
  const cards = calls.map((view) => <ToolCard key={view.call.callId} message={message} view={view} />);
  return (
    <div className={classes.group}>
      <div className="pb-hidden" aria-live="polite">
        {announcement(calls)}
      </div>
      {calls.length > 1 && (
        <button
          type="button"
          className={classes.head}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setChosen(!isOpen)}
        >
          <Wrench size={15} aria-hidden="true" />
          <span className={classes.title}>
            {isActive ? "Using" : "Used"} {calls.length} tools
          </span>
          <span className={classes.summary}>{summaryOf(calls)}</span>
          <ChevronDown size={16} aria-hidden="true" className={classes.chevron} />
        </button>
      )}
      <div id={id} className={classes.cards} hidden={!isOpen}>
        {isOpen && cards}
      </div>
      {waiting.length > 1 && isOpen && <AnswerAll message={message} waiting={waiting} />}
    </div>
  );
}

/** Read out when it changes: what waits, and what has ended while somebody looked on. */
function announcement(calls: readonly CallView[]): string {
  const waiting = calls.filter(({ state }) => state === "waiting");
  if (waiting.length > 0) return waiting.map(({ call }) => `${call.tool} waits for your approval.`).join(" ");
  return calls.map((view) => `${view.call.tool}: ${lookOf(view).word}.`).join(" ");
}
