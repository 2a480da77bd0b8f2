import type { CSSProperties } from "react";
import type { Entry } from "../../lib/server-entry.ts";
import { STATE_LOOKS } from "../../ui/state-look.ts";
import { filterOf, isAway } from "./server-filter.ts";
import classes from "./servers-page.module.css";

/** All lights in one line, and the same as a sentence. */
export function PatchRow({ entries }: { entries: readonly Entry[] }) {
  if (entries.length === 0) return null;
  const connected = entries.filter(({ status }) => status?.state === "connected").length;
  const attention = entries.filter((entry) => filterOf(entry) === "attention").length;
  const away = entries.filter(isAway).length;
  const gone = away === 0 ? "" : `, ${away} away for now`;
  const needs = attention === 0 ? "" : `, ${attention} ${attention === 1 ? "needs" : "need"} you`;
  return (
    <div className={classes.row}>
      <span className={classes.jacks} aria-hidden="true">
        {entries.map(({ server, status }) => (
          <span
            key={server.name}
            title={server.title}
            className={classes.jack}
            style={{ "--light": status === null ? "var(--pb-line-strong)" : STATE_LOOKS[status.state].color } as CSSProperties}
          />
        ))}
      </span>
      <span>
        {connected} of {entries.length} connected{gone}
        {needs}
      </span>
    </div>
  );
}
