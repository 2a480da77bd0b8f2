import { ChevronRight, MessageSquareQuote } from "lucide-react";
import type { InstructionsView } from "../../../../schemas/wire-functions.ts";
import { DefinitionChange } from "../../ui/definition-change.tsx";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { Notice } from "../../ui/notice.tsx";
import classes from "./server-instructions.module.css";

/** What the server says to models about the use of its tools; open where that is not what it said first. */
export function ServerInstructions({ told }: { told: InstructionsView }) {
  const { version, text, before, findings } = told;
  return (
    <details className={classes.instructions} open={before !== null}>
      <summary>
        <MessageSquareQuote size={16} aria-hidden="true" />
        What this server tells models
        <span className={classes.version}>{version === 1 ? "never changed" : `version ${version}`}</span>
        <ChevronRight className={classes.chevron} size={15} aria-hidden="true" />
      </summary>
      <div className={classes.body}>
        {before === null ? (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          <pre className={classes.text} tabIndex={0}>
            <ForeignText maxLength={text.length}>{text}</ForeignText>
          </pre>
        ) : (
          <DefinitionChange change={{ server: false, parts: [{ part: "instructions", before, after: text }] }} />
        )}
        {findings.length > 0 && (
          <Notice tone="orange">
            Taken out of what models are told:
            {findings.map((finding) => (
              <div key={finding}>
                <ForeignText>{finding}</ForeignText>
              </div>
            ))}
          </Notice>
        )}
      </div>
    </details>
  );
}
