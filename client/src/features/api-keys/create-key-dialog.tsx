import { Button, Group, Modal, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ApiKeyView } from "../../../../schemas/wire.ts";
import { request } from "../../lib/api-client.ts";
import { useAction } from "../../lib/use-action.ts";
import { Failure, Notice } from "../../ui/notice.tsx";
import { CopyLine } from "../../ui/rows.tsx";

interface CreateKeyDialogProps {
  opened: boolean;
  onClose(): void;
  onCreated(): void;
}

export function CreateKeyDialog({ opened, onClose, onCreated }: CreateKeyDialogProps) {
  const [secret, setSecret] = useState<string | null>(null);
  const close = () => {
    setSecret(null);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      // The secret is shown once: a stray click must not take it away.
      closeOnClickOutside={secret === null}
      closeOnEscape={secret === null}
      title={secret === null ? "Create a key" : "Your new key"}
    >
      {secret === null ? (
        <KeyForm
          onCreated={(created) => {
            setSecret(created);
            onCreated();
          }}
        />
      ) : (
        <Stack gap="md">
          <CopyLine label="Copy key" text={secret} />
          <Notice tone="amber">This is the only time it is shown. Keep it where you keep passwords.</Notice>
          <Group justify="flex-end">
            <Button onClick={close}>I have copied it</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

const LIFETIMES = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "One year" },
  { value: "", label: "Until I delete it" },
];

function KeyForm({ onCreated }: { onCreated(secret: string): void }) {
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const create = useAction(async () => {
    const expiry = days === "" ? {} : { expiresInDays: Number(days) };
    const { secret } = await request<{ key: ApiKeyView; secret: string }>("/api/keys", {
      method: "POST",
      body: { name, ...expiry },
    });
    onCreated(secret);
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void create.run();
      }}
    >
      <Stack gap="md">
        <TextInput
          label="Name"
          placeholder="What will use it?"
          required
          withAsterisk={false}
          maxLength={100}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect label="Valid for" data={LIFETIMES} value={days} onChange={(event) => setDays(event.currentTarget.value)} />
        <Failure error={create.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={create.busy}>
            Create key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
