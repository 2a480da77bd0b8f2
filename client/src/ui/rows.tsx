import type { ReactNode } from "react";
import { CopyButton } from "./copy-button.tsx";
import classes from "./rows.module.css";
import { Tag } from "./tag.tsx";

export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={classes.rows} aria-label={label}>
      {children}
    </ul>
  );
}

interface RowProps {
  name: ReactNode;
  /** Words beside the name, such as "Disabled". */
  tags?: readonly string[];
  sub: ReactNode;
  children: ReactNode;
}

/** One thing of a list: what it is on one side, what can be done with it on the other. */
export function Row({ name, tags = [], sub, children }: RowProps) {
  return (
    <li className={classes.row}>
      <div className={classes.main}>
        <div className={classes.name}>
          {name}
          {tags.map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
        </div>
        <div className={classes.sub}>{sub}</div>
      </div>
      <div className={classes.side}>{children}</div>
    </li>
  );
}

/** Something that is shown once, to be copied. */
export function CopyLine({ label, text }: { label: string; text: string }) {
  return (
    <div className={classes.secret}>
      <code>{text}</code>
      <CopyButton label={label} text={() => text} />
    </div>
  );
}
