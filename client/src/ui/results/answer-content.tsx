import { ContentBlock, type ReadResource } from "./content-block.tsx";
import { StructuredResult } from "./structured-result.tsx";
import { isSameJson } from "./text-kind.ts";
import classes from "./tool-answer.module.css";

interface AnswerContentProps {
  /** MCP content blocks, as the server sent them. */
  content: readonly Readonly<Record<string, unknown>>[];
  structuredContent: unknown;
  /** Opens links to resources through the platform; without it they are text to read. */
  readResource?: ReadResource;
}

/** Each piece of an answer by its kind. */
export function AnswerContent({ content, structuredContent, readResource }: AnswerContentProps) {
  const structured = structuredContent !== null && structuredContent !== undefined;
  // Servers repeat structured content as text for older clients.
  const blocks = content.filter((block) => !(structured && isSameJson(block.text, structuredContent)));
  return (
    <>
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of one answer have no other identity
        <ContentBlock key={index} block={block} {...(readResource === undefined ? {} : { readResource })} />
      ))}
      {structured && <StructuredResult value={structuredContent} />}
      {blocks.length === 0 && !structured && <p className={classes.quiet}>The tool answered with nothing.</p>}
    </>
  );
}
