import { Brain, ChevronRight } from "lucide-react";
import { Markdown } from "../../ui/markdown.tsx";
import classes from "./message-row.module.css";

/** What a model thought before it answered: folded, for who wants to know. */
export function Reasoning({ text, isGrowing }: { text: string; isGrowing: boolean }) {
  return (
    <details className={classes.reasoning}>
      <summary>
        <Brain size={15} aria-hidden="true" />
        {isGrowing ? "Thinking…" : "Thought about it"}
        <ChevronRight className={classes.chevron} size={15} aria-hidden="true" />
      </summary>
      <div className={classes.thoughts}>
        <Markdown>{text}</Markdown>
      </div>
    </details>
  );
}
