import { CircleCheck, CircleX } from "lucide-react";
import type { ToolCallAnswer } from "../../../../schemas/wire.ts";
import { CopyButton } from "../copy-button.tsx";
import { ContentBlock } from "./content-block.tsx";
import { StructuredResult } from "./structured-result.tsx";
import { isSameJson } from "./text-kind.ts";
import classes from "./tool-answer.module.css";

/** What a tool answered: how it went, and each piece of it by its kind. */
export function ToolAnswer({ answer }: { answer: ToolCallAnswer }) {
  const { content, structuredContent, isError, durationMs } = answer;
  const structured = structuredContent !== null && structuredContent !== undefined;
  // Servers repeat structured content as text for older clients.
  const blocks = content.filter((block) => !(structured && isSameJson(block.text, structuredContent)));
  const Icon = isError ? CircleX : CircleCheck;
  return (
    <>
      <header className={classes.head}>
        <span className={classes.verdict}>
          <Icon size={18} aria-hidden="true" />
          {isError ? "The tool reports an error" : "Result"}
        </span>
        <span className={`pb-mono ${classes.duration}`}>{duration(durationMs)}</span>
        <CopyButton label="Copy everything" text={() => JSON.stringify({ content, structuredContent, isError }, null, 2)} />
      </header>
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of one answer have no other identity
        <ContentBlock key={index} block={block} />
      ))}
      {structured && <StructuredResult value={structuredContent} />}
      {blocks.length === 0 && !structured && <p className={classes.quiet}>The tool answered with nothing.</p>}
    </>
  );
}

function duration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
