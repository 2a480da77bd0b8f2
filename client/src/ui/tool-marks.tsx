import { Tooltip } from "@mantine/core";
import { Eye, Globe, Lock, type LucideIcon, Repeat, TriangleAlert } from "lucide-react";
import type { ToolAnnotationsView } from "../../../schemas/wire-functions.ts";
import classes from "./tool-marks.module.css";

interface Mark {
  word: string;
  meaning: string;
  icon: LucideIcon;
  warns?: boolean;
}

/** What the server says about its tool. Nobody vouches for it, so the words say who said it. */
export function marksOf({ readOnlyHint, destructiveHint, idempotentHint, openWorldHint }: ToolAnnotationsView): readonly Mark[] {
  const marks: Mark[] = [];
  if (readOnlyHint === true) marks.push({ word: "Read-only", meaning: "The server says it changes nothing.", icon: Eye });
  // The other two hints mean something only for tools that change things.
  if (readOnlyHint !== true && destructiveHint === true) {
    marks.push({ word: "Destructive", meaning: "The server says it may delete or overwrite.", icon: TriangleAlert, warns: true });
  }
  if (readOnlyHint !== true && idempotentHint === true) {
    marks.push({ word: "Idempotent", meaning: "The server says that repeating it changes nothing more.", icon: Repeat });
  }
  if (openWorldHint === true) {
    marks.push({ word: "Open world", meaning: "The server says it reaches beyond itself, for example the web.", icon: Globe });
  }
  if (openWorldHint === false) {
    marks.push({ word: "Closed world", meaning: "The server says it stays within its own data.", icon: Lock });
  }
  return marks;
}

export function ToolMarks({ annotations }: { annotations: ToolAnnotationsView }) {
  const marks = marksOf(annotations);
  if (marks.length === 0) return null;
  return (
    <ul className={classes.marks} aria-label="What the server says about this tool">
      {marks.map(({ word, meaning, icon: Icon, warns = false }) => (
        <li key={word}>
          <Tooltip label={meaning} multiline maw={260}>
            <span className={classes.mark} data-warns={warns}>
              <Icon size={13} aria-hidden="true" />
              {word}
            </span>
          </Tooltip>
        </li>
      ))}
    </ul>
  );
}
