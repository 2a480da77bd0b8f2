import type { Clock } from "../ports/clock.ts";
import type { TranscriptLog } from "./transcript-log.ts";

/** How long words wait for others, after the first. */
const GATHER_MS = 20;

/** Pours a model's words into a message: the first at once, those that follow a few at a time. */
export interface TextPour {
  say(kind: "text" | "reasoning", words: string): void;
  /** Everything that was said is in the log. Before anything else is added to the message. */
  settle(): void;
}

export function textPour(log: TranscriptLog, messageId: string, clock: Clock): TextPour {
  let kind: "text" | "reasoning" = "text";
  let gathered = "";
  let place: { part: number; offset: number } | null = null;
  let cancel: (() => void) | null = null;
  const pour = () => {
    if (gathered === "") return;
    place ??= { part: log.transcript.messages.find(({ id }) => id === messageId)?.parts.length ?? 0, offset: 0 };
    log.add({ type: "delta", messageId, kind, ...place, text: gathered });
    place = { ...place, offset: place.offset + gathered.length };
    gathered = "";
  };
  const settle = () => {
    cancel?.();
    cancel = null;
    pour();
    place = null;
  };
  return {
    say(of, words) {
      if (of !== kind) settle();
      kind = of;
      gathered += words;
      if (cancel !== null) return;
      pour();
      cancel = clock.setTimer(GATHER_MS, () => {
        cancel = null;
        pour();
      });
    },
    settle,
  };
}
