import { Markdown } from "../../ui/markdown.tsx";
import { markdownChunks } from "./markdown-chunks.ts";
import classes from "./message-row.module.css";

/** What a model says. While it grows, only its end is parsed again. */
export function AnswerText({ text, isGrowing }: { text: string; isGrowing: boolean }) {
  if (!isGrowing) return <Markdown>{text}</Markdown>;
  return (
    <div className={classes.chunks}>
      {markdownChunks(text).map((chunk, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces are only ever added behind
        <Markdown key={index}>{chunk}</Markdown>
      ))}
    </div>
  );
}
