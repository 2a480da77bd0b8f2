import { useEffect, useRef, useState } from "react";
import type { ChatMessage } from "../../../../schemas/chat-wire.ts";
import { textOf } from "./message-actions.tsx";

/** Longer answers are read in the transcript, at the reader's own pace. */
const MAX_SPOKEN = 2_000;

/** Tells who listens that an answer is there: once, when it has ended, not with every word. */
export function FinishedAnswer({ last }: { last: ChatMessage | null }) {
  const running = useRef<string | null>(null);
  const [spoken, setSpoken] = useState("");
  useEffect(() => {
    if (last?.state === "running") running.current = last.id;
    else if (last !== null && last.id === running.current) {
      running.current = null;
      const text = textOf(last);
      setSpoken(last.state === "done" ? `Answer: ${text.slice(0, MAX_SPOKEN)}` : "The answer broke off.");
    }
  }, [last]);
  return (
    <div className="pb-hidden" aria-live="polite">
      {spoken}
    </div>
  );
}
