import { Modal } from "@mantine/core";
import { useState } from "react";
import type { ServerView } from "../../../../schemas/wire.ts";
import type { Live } from "../../lib/live.ts";
import { visibleString } from "../../ui/visible-text.ts";
import { CredentialsForm } from "./credentials-form.tsx";

interface ConfigureDialogProps {
  /** Null: closed. */
  server: ServerView | null;
  live: Live;
  onChanged(): void;
  onClose(): void;
}

/** Where a person enters the values that one server wants of them. */
export function ConfigureDialog({ server, live, onChanged, onClose }: ConfigureDialogProps) {
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [asking, setAsking] = useState(false);
  const dirty = Object.values(typed).some((value) => value !== "");
  const close = () => {
    setTyped({});
    setAsking(false);
    onClose();
  };
  return (
    <Modal
      opened={server !== null}
      // Escape and the cross ask first when something was typed; a click beside the dialog then does nothing at all.
      closeOnClickOutside={!dirty}
      onClose={() => (dirty ? setAsking(true) : close())}
      title={server === null ? "" : `Configure ${visibleString(server.title)}`}
    >
      {server !== null && (
        <CredentialsForm
          key={server.name}
          server={server}
          live={live}
          typed={typed}
          onType={(name, value) => setTyped((before) => ({ ...before, [name]: value }))}
          askingToDiscard={asking}
          onKeep={() => setAsking(false)}
          onChanged={onChanged}
          onDone={close}
        />
      )}
    </Modal>
  );
}
