import { CircleCheck, CircleX } from "lucide-react";
import type { ToolCallAnswer } from "../../../../schemas/wire.ts";
import { CopyButton } from "../copy-button.tsx";
import { AnswerContent } from "./answer-content.tsx";
import { durationWords } from "./duration-words.ts";
import classes from "./tool-answer.module.css";

/** What a tool answered: how it went, and each piece of it by its kind. */
export function ToolAnswer({ answer }: { answer: ToolCallAnswer }) {
  const { content, structuredContent, isError, durationMs } = answer;
  const Icon = isError ? CircleX : CircleCheck;
  return (
    <>
      <header className={classes.head}>
        <span className={classes.verdict}>
          <Icon size={18} aria-hidden="true" />
          {isError ? "The tool reports an error" : "Result"}
        </span>
        <span className={`pb-mono ${classes.duration}`}>{durationWords(durationMs)}</span>
        <CopyButton label="Copy everything" text={() => JSON.stringify({ content, structuredContent, isError }, null, 2)} />
      </header>
      <AnswerContent content={content} structuredContent={structuredContent} />
    </>
  );
}
