import type { DefinitionChange as Change } from "../../../schemas/wire-functions.ts";
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

/** What is different about a function, part by part, before and after beside each other. */
export function DefinitionChange({ change }: { change: Change }) {
  return (
    <div className={classes.parts}>
      {change.server && <span>The operator changed how this server is reached.</span>}
      {change.parts.map(({ part, before, after }) => (
        <div key={part} className={classes.part}>
          <span className={classes.name}>{PARTS[part] ?? <ForeignText maxLength={60}>{part}</ForeignText>}</span>
          <div className={classes.sides}>
            <Side caption="Before" value={before} />
            <Side caption="Now" value={after} />
          </div>
        </div>
      ))}
    </div>
  );
}

function Side({ caption, value }: { caption: string; value: unknown }) {
  const text = typeof value === "string" ? value : value === null ? "" : JSON.stringify(value, null, 2);
  return (
    <div className={classes.part}>
      <span className={classes.caption}>{caption}</span>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className={classes.side} tabIndex={0}>
        {text === "" ? "—" : <ForeignText maxLength={MAX_CHARS}>{text}</ForeignText>}
      </pre>
    </div>
  );
}
