import { Ellipsis } from "lucide-react";
import type { CSSProperties } from "react";
import type { ConnectionState } from "../../../schemas/wire.ts";
import { STATE_LOOKS } from "./state-look.ts";
import classes from "./status-light.module.css";

/** Where a connection stands. Announced when it changes, together with whose light it is. */
export function StatusLight({ state, of }: { state: ConnectionState | null; of: string }) {
  const look = state === null ? null : STATE_LOOKS[state];
  const Icon = look?.icon ?? Ellipsis;
  return (
    <span
      role="status"
      data-state={state ?? "unknown"}
      className={look === null ? `${classes.light} ${classes.unknown}` : classes.light}
      style={look === null ? undefined : ({ "--light": look.color } as CSSProperties)}
    >
      <span className={classes.socket}>
        <Icon size={14} strokeWidth={2.4} aria-hidden="true" className={state === "initializing" ? classes.turning : undefined} />
      </span>
      <span className="pb-hidden">{of}: </span>
      {look?.word ?? "Checking"}
    </span>
  );
}
