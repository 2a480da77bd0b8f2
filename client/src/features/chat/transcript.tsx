import { Button } from "@mantine/core";
import { ArrowDown } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { branchOf } from "../../../../schemas/chat-transcript.ts";
import type { Transcript as Said } from "../../../../schemas/chat-wire.ts";
import { siblingsOf } from "./branches.ts";
import { FinishedAnswer } from "./finished-answer.tsx";
import type { MessageDeeds } from "./message-actions.tsx";
import { MessageRow } from "./message-row.tsx";
import classes from "./transcript.module.css";
import { useNewest } from "./use-newest.ts";

interface TranscriptProps {
  conversationId: string;
  transcript: Said;
  isBusy: boolean;
  deeds: MessageDeeds;
  /** Behind the last message: what is on its way. */
  children: ReactNode;
}

/** The branch that is shown. Stays at its end while an answer grows, unless the person has scrolled away. */
export function Transcript({ conversationId, transcript, isBusy, deeds, children }: TranscriptProps) {
  const branch = useMemo(() => branchOf(transcript), [transcript]);
  const { frame, content, isAway, toNewest } = useNewest();
  return (
    <div className={classes.outer}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section ref={frame} className={classes.frame} aria-label="Conversation" tabIndex={0}>
        <div ref={content} className={classes.content}>
          {branch.map((message, index) => {
            const siblings = siblingsOf(transcript, message);
            const at = siblings.indexOf(message);
            return (
              <MessageRow
                key={message.id}
                conversationId={conversationId}
                message={message}
                isLast={index === branch.length - 1}
                isBusy={isBusy}
                deeds={deeds}
                at={at}
                count={siblings.length}
                before={siblings[at - 1]?.id ?? null}
                after={siblings[at + 1]?.id ?? null}
              />
            );
          })}
          {children}
        </div>
      </section>
      {isAway && (
        <Button
          className={classes.newest}
          size="xs"
          radius="xl"
          variant="default"
          leftSection={<ArrowDown size={14} aria-hidden="true" />}
          onClick={toNewest}
        >
          Jump to newest
        </Button>
      )}
      <FinishedAnswer last={branch.at(-1) ?? null} />
    </div>
  );
}
