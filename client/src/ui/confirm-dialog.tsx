import { Button, Group, Modal, Stack } from "@mantine/core";
import { type ReactNode, useState } from "react";

interface ConfirmDialogProps {
  opened: boolean;
  title: string;
  confirmLabel: string;
  /** @default Keep */
  keepLabel?: string;
  children: ReactNode;
  onClose(): void;
  /** Must not reject: it says itself what went wrong. The dialog closes when it is through. */
  onConfirm(): Promise<void>;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({
  opened,
  title,
  confirmLabel,
  keepLabel = "Keep",
  children,
  onClose,
  onConfirm,
}: ConfirmDialogProps) {
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    await onConfirm();
    setBusy(false);
    onClose();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="sm">
      <Stack gap="lg">
        <div>{children}</div>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            {keepLabel}
          </Button>
          <Button color="red.9" loading={busy} onClick={() => void confirm()}>
            {confirmLabel}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
