import { SegmentedControl } from "@mantine/core";
import type { FunctionView, Permission } from "../../../../schemas/wire-functions.ts";
import { DefinitionChange } from "../../ui/definition-change.tsx";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { Notice } from "../../ui/notice.tsx";
import { visibleString } from "../../ui/visible-text.ts";
import classes from "./functions.module.css";

export const PERMISSION_WORDS = { ask: "Ask", always_allow: "Always allow", never: "Never" } as const satisfies Record<
  Permission,
  string
>;
const CLASS_WORDS = { read: "Reads", write: "Writes", destructive: "May change anything" } as const;
const OWN = "own";

interface FunctionRowProps {
  view: FunctionView;
  /** An admin sets it for everybody. */
  everyone: boolean;
  busy: boolean;
  onSet(permission: Permission | null): void;
}

/** One function: what it says it does, what changed about it, and what holds for it. */
export function FunctionRow({ view, everyone, busy, onSet }: FunctionRowProps) {
  const name = visibleString(view.title ?? view.tool);
  const saysItDestroys = view.toolClass === "destructive" && view.annotations.destructiveHint === true;
  return (
    <li className={classes.row}>
      <div>
        <div className={classes.name}>
          <ForeignText maxLength={120}>{view.title ?? view.tool}</ForeignText>
          <span className={classes.class} data-warns={saysItDestroys} title="As the server says">
            {saysItDestroys ? "May delete or overwrite" : CLASS_WORDS[view.toolClass]}
          </span>
        </div>
        {view.description !== null && (
          <p className={classes.description}>
            <ForeignText maxLength={280}>{view.description}</ForeignText>
          </p>
        )}
      </div>
      <div className={classes.choice}>
        {everyone ? (
          <SegmentedControl
            size="xs"
            aria-label={`${name}, for everybody`}
            disabled={busy}
            value={view.everyone ?? OWN}
            onChange={(value) => onSet(value === OWN ? null : (value as Permission))}
            data={[
              { value: OWN, label: "Their choice" },
              { value: "ask", label: PERMISSION_WORDS.ask },
              { value: "never", label: PERMISSION_WORDS.never },
            ]}
          />
        ) : (
          <SegmentedControl
            size="xs"
            aria-label={name}
            disabled={busy || !view.mayChoose}
            value={view.permission}
            onChange={(value) => onSet(value as Permission)}
            data={Object.entries(PERMISSION_WORDS).map(([value, label]) => ({ value, label }))}
          />
        )}
        {!everyone && <span className={classes.source}>{sourceOf(view)}</span>}
      </div>
      {view.change !== null && (
        <div className={classes.wide}>
          <Notice tone="amber">
            <strong>Changed since you allowed it.</strong> It asks again until you allow it as it is now.
            <DefinitionChange change={view.change} />
          </Notice>
        </div>
      )}
      {view.findings.length > 0 && (
        <div className={classes.wide}>
          <Notice tone="orange">
            Its texts hide something. A model does not get to see it.
            <ul className={classes.findings}>
              {view.findings.map((finding) => (
                <li key={finding}>
                  <ForeignText>{finding}</ForeignText>
                </li>
              ))}
            </ul>
          </Notice>
        </div>
      )}
    </li>
  );
}

function sourceOf({ source, permission }: FunctionView): string {
  if (source === "operator") return "Set by the operator";
  if (source === "admin") return "Set by an admin";
  return source === "default" && permission === "ask" ? "By default" : "";
}
