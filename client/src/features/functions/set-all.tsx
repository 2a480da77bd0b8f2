import { Button } from "@mantine/core";
import { useState } from "react";
import type { FunctionView, Permission } from "../../../../schemas/wire-functions.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { PERMISSION_WORDS } from "./function-row.tsx";
import classes from "./functions.module.css";

interface SetAllProps {
  /** Those that are shown and can be set. */
  functions: readonly FunctionView[];
  everyone: boolean;
  onSet(permission: Permission): Promise<void>;
}

/** Sets every function that is shown, after saying which they are: what a server adds later is not among them. */
export function SetAll({ functions, everyone, onSet }: SetAllProps) {
  const [asking, setAsking] = useState<Permission | null>(null);
  const [last, setLast] = useState<Permission>("ask");
  const permissions = everyone ? (["ask", "never"] as const) : (["ask", "always_allow", "never"] as const);
  return (
    <fieldset className={classes.all} aria-label="Set all that are shown">
      <span className="pb-label">All shown</span>
      {permissions.map((permission) => (
        <Button
          key={permission}
          size="xs"
          variant="default"
          disabled={functions.length === 0}
          onClick={() => {
            setLast(permission);
            setAsking(permission);
          }}
        >
          {PERMISSION_WORDS[permission]}
        </Button>
      ))}
      <ConfirmDialog
        opened={asking !== null}
        title={`${PERMISSION_WORDS[last]}: ${functions.length} ${functions.length === 1 ? "function" : "functions"}`}
        confirmLabel={PERMISSION_WORDS[last]}
        onClose={() => setAsking(null)}
        onConfirm={() => onSet(last)}
      >
        These and no others{everyone ? ", for everybody" : ""}. What the server adds or changes later asks again.
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <ul className={classes.list} tabIndex={0} aria-label="Functions that are set">
          {functions.map(({ tool, title }) => (
            <li key={tool}>
              <ForeignText maxLength={120}>{title ?? tool}</ForeignText>
            </li>
          ))}
        </ul>
      </ConfirmDialog>
    </fieldset>
  );
}
