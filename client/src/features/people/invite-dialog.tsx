import { Button, Group, Modal, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Role } from "../../../../schemas/wire.ts";
import { useAction } from "../../lib/use-action.ts";
import { Failure, Notice } from "../../ui/notice.tsx";
import { CopyLine } from "../../ui/rows.tsx";
import { invite } from "./people-api.ts";

interface InviteDialogProps {
  opened: boolean;
  /** A link made elsewhere, for somebody who is on the list already. */
  link: string | null;
  onLink(link: string): void;
  onClose(): void;
}

export function InviteDialog({ opened, link, onLink, onClose }: InviteDialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      closeOnClickOutside={link === null}
      title={link === null ? "Invite somebody" : "Invitation link"}
    >
      {link === null ? (
        <InviteForm onLink={onLink} />
      ) : (
        <Stack gap="md">
          <CopyLine label="Copy link" text={link} />
          <Notice tone="amber">Send it to this person only: whoever opens it first chooses the password.</Notice>
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function InviteForm({ onLink }: { onLink(link: string): void }) {
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("USER");
  const send = useAction(async () => {
    const { inviteUrl } = await invite({ email, name, role });
    if (inviteUrl !== null) onLink(inviteUrl);
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send.run();
      }}
    >
      <Stack gap="md">
        <TextInput
          label="E-mail"
          type="email"
          required
          withAsterisk={false}
          data-autofocus
          autoComplete="off"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <TextInput
          label="Name"
          required
          withAsterisk={false}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label="Role"
          description={role === "ADMIN" ? "Also sees people and problems." : "Uses servers with values of their own."}
          data={[
            { value: "USER", label: "User" },
            { value: "ADMIN", label: "Admin" },
          ]}
          value={role}
          onChange={(event) => setRole(event.currentTarget.value as Role)}
        />
        <Failure error={send.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={send.busy}>
            Make an invitation
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
