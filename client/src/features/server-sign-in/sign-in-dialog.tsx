import { Modal } from "@mantine/core";
import type { ServerView } from "../../../../schemas/wire.ts";
import type { Live } from "../../lib/live.ts";
import { toastSuccess } from "../../ui/toast.ts";
import { visibleString } from "../../ui/visible-text.ts";
import { SignInSteps } from "./sign-in-steps.tsx";

interface SignInDialogProps {
  /** By its name; null: closed. */
  server: string | null;
  servers: readonly ServerView[];
  live: Live;
  onClose(): void;
}

/** Signing in to one server. Closing it leaves the sign-in open: the card's button comes back to it. */
export function SignInDialog({ server, servers, live, onClose }: SignInDialogProps) {
  const title = servers.find(({ name }) => name === server)?.title ?? server ?? "";
  return (
    <Modal opened={server !== null} onClose={onClose} closeOnClickOutside={false} title={`Sign in to ${visibleString(title)}`}>
      {server !== null && (
        <SignInSteps
          key={server}
          server={server}
          title={title}
          live={live}
          onConnected={() => {
            toastSuccess({ title: `${title} is connected`, about: server });
            onClose();
          }}
          onClose={onClose}
        />
      )}
    </Modal>
  );
}
