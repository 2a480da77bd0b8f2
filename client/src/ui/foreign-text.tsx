import { Fragment } from "react";
import { textPieces } from "./visible-text.ts";

interface ForeignTextProps {
  children: string;
  /** Longer texts end in an ellipsis. */
  maxLength?: number;
}

/** Text written by somebody else, as text: nothing in it is markup, and nothing in it hides. */
export function ForeignText({ children, maxLength = 500 }: ForeignTextProps) {
  const shown = children.length > maxLength ? `${children.slice(0, maxLength)}…` : children;
  return textPieces(shown).map(({ text, hidden }, index) =>
    hidden ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text have no other identity
      <span key={index} className="pb-code-point" title="A character that would not be seen">
        {text}
      </span>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text have no other identity
      <Fragment key={index}>{text}</Fragment>
    ),
  );
}
