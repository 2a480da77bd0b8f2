import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { CopyButton } from "../copy-button.tsx";
import { ForeignText } from "../foreign-text.tsx";
import { JsonView } from "../json-view.tsx";
import { LongText } from "../long-text.tsx";
import { Markdown } from "../markdown.tsx";
import { jsonIn, looksLikeMarkdown } from "./text-kind.ts";
import classes from "./tool-answer.module.css";

/** Text of an answer: as JSON or markdown where it looks like it, and always also as it came. */
export function TextResult({ text, plain = false }: { text: string; plain?: boolean }) {
  const [raw, setRaw] = useState(false);
  const json = plain ? undefined : jsonIn(text);
  if (json !== undefined) return <JsonView value={json} />;
  const formatted = !plain && looksLikeMarkdown(text);
  return (
    <div className={classes.block}>
      {formatted && (
        <div className={classes.blockHead}>
          <SegmentedControl
            size="xs"
            aria-label="How to show this"
            value={raw ? "raw" : "formatted"}
            onChange={(value) => setRaw(value === "raw")}
            data={[
              { value: "formatted", label: "Formatted" },
              { value: "raw", label: "As it came" },
            ]}
          />
          <CopyButton label="Copy" text={() => text} />
        </div>
      )}
      {formatted && !raw ? (
        <Markdown>{text}</Markdown>
      ) : (
        <LongText text={text}>
          {(part) => (
            <div className={classes.text}>
              <ForeignText maxLength={part.length}>{part}</ForeignText>
            </div>
          )}
        </LongText>
      )}
    </div>
  );
}
