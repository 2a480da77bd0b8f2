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

interface Draft {
  server: string | null;
  values: Readonly<Record<string, string>>;
}

const NO_DRAFT: Draft = { server: null, values: {} };

/** Where a person enters the values that one server wants of them. */
export function ConfigureDialog({ server, live, onChanged, onClose }: ConfigureDialogProps) {
  const [draft, setDraft] = useState<Draft>(NO_DRAFT);
  const [asking, setAsking] = useState(false);
  // A server may go away under an open dialog: what was typed for it is never offered to the next one.
  const typed = draft.server === server?.name ? draft.values : NO_DRAFT.values;
  const dirty = Object.values(typed).some((value) => value !== "");
  const close = () => {
    setDraft(NO_DRAFT);
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
          onType={(name, value) => setDraft({ server: server.name, values: { ...typed, [name]: value } })}
          askingToDiscard={asking}
          onKeep={() => setAsking(false)}
          onChanged={onChanged}
          onDone={close}
        />
      )}
    </Modal>
  );
}
