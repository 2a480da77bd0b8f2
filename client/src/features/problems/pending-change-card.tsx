import { Button } from "@mantine/core";
import { FileWarning } from "lucide-react";
import { useState } from "react";
import { asApiError } from "../../lib/use-request.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { toastFailure, toastSuccess } from "../../ui/toast.ts";
import classes from "./problems.module.css";
import { confirmChange, type PendingChange } from "./problems-api.ts";

/** A change that looks like half a file: it waits until an admin says that it is meant, or the file is corrected. */
export function PendingChangeCard({ pending, onApplied }: { pending: PendingChange; onApplied(): void }) {
  const [asking, setAsking] = useState(false);
  const count = pending.removed.length;
  const servers = count === 1 ? "1 server" : `${count} servers`;
  const apply = async () => {
    try {
      await confirmChange();
      toastSuccess({ title: "The change is applied", about: "pending" });
    } catch (error) {
      toastFailure({ title: "The change was not applied", about: "pending", error: asApiError(error) });
    }
    onApplied();
  };
  return (
    <section className={`${classes.problem} ${classes.pending}`} data-severity="warning" aria-label="A change is waiting">
      <div className={classes.head}>
        <FileWarning size={18} aria-hidden="true" />
        <h2>The saved file takes {servers} away, so it waits for you</h2>
      </div>
      <p className="pb-mono">
        <ForeignText maxLength={400}>{pending.removed.join(", ")}</ForeignText>
      </p>
      <p>Until then everything stays as it was. If this was a mistake, correct the file and save it again.</p>
      <div>
        <Button onClick={() => setAsking(true)}>Apply the change</Button>
      </div>
      <ConfirmDialog
        opened={asking}
        title={`Take ${servers} away?`}
        confirmLabel="Apply the change"
        onClose={() => setAsking(false)}
        onConfirm={apply}
      >
        Everybody's connections to them end. Values people entered stay stored.
      </ConfirmDialog>
    </section>
  );
}
