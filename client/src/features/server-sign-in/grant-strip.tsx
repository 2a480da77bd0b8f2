import { Button } from "@mantine/core";
import { LogOut } from "lucide-react";
import { useState } from "react";
import type { GrantView, ServerView } from "../../../../schemas/wire.ts";
import { asApiError } from "../../lib/use-request.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { Since } from "../../ui/since.tsx";
import { toastFailure, toastSuccess } from "../../ui/toast.ts";
import { visibleString } from "../../ui/visible-text.ts";
import classes from "./server-sign-in.module.css";
import { revokeGrant } from "./server-sign-in-api.ts";

interface GrantStripProps {
  server: ServerView;
  grant: GrantView;
  onChanged(): void;
}

/** What this person allowed at one server and since when, and the way to take it back. */
export function GrantStrip({ server: { name, title }, grant: { scopes, grantedAt }, onChanged }: GrantStripProps) {
  const [asking, setAsking] = useState(false);
  const signOut = async () => {
    try {
      await revokeGrant(name);
      toastSuccess({ title: `Signed out of ${title}`, about: name });
    } catch (error) {
      toastFailure({ title: `Still signed in to ${title}`, about: name, error: asApiError(error) });
    }
    onChanged();
  };
  return (
    <div className={classes.grant}>
      <div className={classes.grantWords}>
        Signed in <Since at={grantedAt} />
        {scopes.length > 0 && (
          <div className="pb-mono">
            <ForeignText>{scopes.join(" ")}</ForeignText>
          </div>
        )}
      </div>
      <Button
        size="compact-sm"
        variant="subtle"
        className={classes.signOut}
        color="gray"
        leftSection={<LogOut size={14} aria-hidden="true" />}
        aria-label={visibleString(`Sign out of ${title}`)}
        onClick={() => setAsking(true)}
      >
        Sign out
      </Button>
      <ConfirmDialog
        opened={asking}
        title={visibleString(`Sign out of ${title}?`)}
        confirmLabel="Sign out"
        onClose={() => setAsking(false)}
        onConfirm={signOut}
      >
        What you allowed is taken back there and deleted here, and the connection is closed. You can sign in again.
      </ConfirmDialog>
    </div>
  );
}
