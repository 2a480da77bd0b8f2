import { Button, Group, Stack } from "@mantine/core";
import { Lock } from "lucide-react";
import { useState } from "react";
import type { ServerView } from "../../../../schemas/wire.ts";
import type { Live } from "../../lib/live.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import classes from "./credentials-form.module.css";
import { useCredentials } from "./use-credentials.ts";
import { VarField } from "./var-field.tsx";

interface CredentialsFormProps {
  server: ServerView;
  live: Live;
  typed: Readonly<Record<string, string>>;
  onType(name: string, value: string): void;
  askingToDiscard: boolean;
  onKeep(): void;
  onChanged(): void;
  onDone(): void;
}

export function CredentialsForm(props: CredentialsFormProps) {
  const { server, live, typed, onType, askingToDiscard, onKeep, onChanged, onDone } = props;
  const [confirming, setConfirming] = useState(false);
  const { save, revoke } = useCredentials({ server, live, onChanged, onDone });
  const values = Object.fromEntries(Object.entries(typed).filter(([, value]) => value.trim() !== ""));
  const firstUnset = server.userVars.find(({ set }) => !set) ?? server.userVars[0];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save.run(values);
      }}
    >
      <Stack gap="lg">
        <p className={classes.promise}>
          <Lock size={15} aria-hidden="true" />
          Stored sealed, sent to this server only, and never shown again to anyone.
        </p>
        {server.userVars.map((variable) => (
          <VarField
            key={variable.name}
            variable={variable}
            value={typed[variable.name] ?? ""}
            disabled={save.busy || revoke.busy}
            autoFocus={variable === firstUnset}
            onChange={(value) => onType(variable.name, value)}
          />
        ))}
        <Failure error={save.error ?? revoke.error} />
        {askingToDiscard && <Discard onKeep={onKeep} onDiscard={onDone} />}
        <Group gap="xs" justify="space-between">
          <Button
            variant="default"
            disabled={!server.userVars.some(({ set }) => set)}
            loading={revoke.busy}
            onClick={() => setConfirming(true)}
          >
            Revoke
          </Button>
          <Button type="submit" disabled={Object.keys(values).length === 0} loading={save.busy}>
            Save
          </Button>
        </Group>
      </Stack>
      <ConfirmDialog
        opened={confirming}
        title={`Revoke your values for ${server.title}?`}
        confirmLabel="Revoke values"
        onClose={() => setConfirming(false)}
        onConfirm={() => revoke.run()}
      >
        All values you entered for this server are removed and your connection is closed. Nobody can bring them back.
      </ConfirmDialog>
    </form>
  );
}

function Discard({ onKeep, onDiscard }: { onKeep(): void; onDiscard(): void }) {
  return (
    <div role="alert">
      <Notice tone="amber">
        What you typed is not saved.
        <Group gap="xs" mt={8}>
          <Button size="xs" variant="default" onClick={onKeep}>
            Keep editing
          </Button>
          <Button size="xs" color="red.9" onClick={onDiscard}>
            Discard
          </Button>
        </Group>
      </Notice>
    </div>
  );
}
