import { CopyButton } from "./copy-button.tsx";
import classes from "./json-view.module.css";
import { LongText } from "./long-text.tsx";
import { visibleString } from "./visible-text.ts";

/** Above this, colours cost more than they tell. */
const MAX_COLOURED = 60_000;
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

export function JsonView({ value }: { value: unknown }) {
  const text = JSON.stringify(value, null, 2) ?? "";
  return (
    <div className={classes.json}>
      <div className={classes.copy}>
        <CopyButton label="Copy JSON" text={() => text} />
      </div>
      <LongText text={text}>
        {(part) => (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          <pre tabIndex={0}>{part.length > MAX_COLOURED ? visibleString(part) : coloured(visibleString(part))}</pre>
        )}
      </LongText>
    </div>
  );
}

function coloured(text: string) {
  const pieces: React.ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token, quoted, colon] = match;
    pieces.push(text.slice(end, match.index));
    const kind = quoted === undefined ? classes.literal : colon === undefined ? classes.string : classes.key;
    pieces.push(
      <span key={match.index} className={kind}>
        {token}
      </span>,
    );
    end = match.index + token.length;
  }
  return [...pieces, text.slice(end)];
}
