import { useEffect, useRef } from "react";
import type { DefinitionChange as Change } from "../../../schemas/wire-functions.ts";
import { type ComparedPiece, comparedPieces } from "./compared-pieces.ts";
import classes from "./definition-change.module.css";
import { ForeignText } from "./foreign-text.tsx";

const PARTS: Readonly<Record<string, string>> = {
  name: "Name",
  title: "Title",
  description: "Description",
  inputSchema: "What it takes",
  outputSchema: "What it answers",
  annotations: "What the server says about it",
  definition: "All of it",
  instructions: "What models are told",
};
const MAX_CHARS = 20_000;

/** What is different about a function, part by part, before and after beside each other, with what is only there marked. */
export function DefinitionChange({ change }: { change: Change }) {
  return (
    <div className={classes.parts}>
      {change.server && <span>The operator changed how this server is reached.</span>}
      {change.parts.map(({ part, before, after }) => {
        const [left, right] = comparedPieces(textOf(before), textOf(after));
        return (
          <div key={part} className={classes.part}>
            <span className={classes.name}>{PARTS[part] ?? <ForeignText maxLength={60}>{part}</ForeignText>}</span>
            <div className={classes.sides}>
              <Side caption="Before" mark="del" pieces={left} />
              <Side caption="Now" mark="ins" pieces={right} />
            </div>
          </div>
        );
      })}
    </div>
  );
}

function textOf(value: unknown): string {
  const text = typeof value === "string" ? value : value === null ? "" : JSON.stringify(value, null, 2);
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text;
}

interface SideProps {
  caption: string;
  mark: "del" | "ins";
  pieces: readonly ComparedPiece[];
}

function Side({ caption, mark, pieces }: SideProps) {
  const frame = useRef<HTMLPreElement>(null);
  // What is different must not lie below the fold of a long definition.
  useEffect(() => {
    const first = frame.current?.querySelector<HTMLElement>("ins, del");
    if (frame.current && first) frame.current.scrollTop = first.offsetTop - frame.current.clientHeight / 3;
  }, []);
  return (
    <div className={classes.part}>
      <span className={classes.caption}>{caption}</span>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre ref={frame} className={classes.side} tabIndex={0}>
        {pieces.length === 0 && "—"}
        {pieces.map(({ text, only }, index) => {
          const Piece = only ? mark : "span";
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text have no other identity
            <Piece key={index}>
              <ForeignText maxLength={text.length}>{text}</ForeignText>
            </Piece>
          );
        })}
      </pre>
    </div>
  );
}
