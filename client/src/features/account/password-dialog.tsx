import { Button, Group, Modal, PasswordInput, Stack } from "@mantine/core";
import { useState } from "react";
import { request } from "../../lib/api-client.ts";
import { useAction } from "../../lib/use-action.ts";
import { PASSWORD_HINT } from "../../ui/account-form.tsx";
import { Failure } from "../../ui/notice.tsx";
import { toastSuccess } from "../../ui/toast.ts";

interface PasswordDialogProps {
  opened: boolean;
  email: string;
  onClose(): void;
}

export function PasswordDialog({ opened, email, onClose }: PasswordDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Change password">
      <PasswordForm email={email} onClose={onClose} />
    </Modal>
  );
}

function PasswordForm({ email, onClose }: Omit<PasswordDialogProps, "opened">) {
  const [currentPassword, setCurrent] = useState("");
  const [newPassword, setNew] = useState("");
  const change = useAction(async () => {
    await request("/api/auth/password", { method: "POST", body: { currentPassword, newPassword } });
    toastSuccess({ title: "Password changed", message: "Other browsers have to sign in again." });
    onClose();
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void change.run();
      }}
    >
      <Stack gap="md">
        <input type="hidden" autoComplete="username" value={email} readOnly />
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          data-autofocus
          value={currentPassword}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordInput
          label="New password"
          description={PASSWORD_HINT}
          inputWrapperOrder={["label", "input", "description", "error"]}
          autoComplete="new-password"
          required
          withAsterisk={false}
          value={newPassword}
          onChange={(event) => setNew(event.currentTarget.value)}
        />
        <Failure error={change.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={change.busy}>
            Change password
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
