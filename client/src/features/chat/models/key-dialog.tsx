import { Button, Group, Modal, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ModelEndpointView } from "../../../../../schemas/chat-wire.ts";
import { useAction } from "../../../lib/use-action.ts";
import { Failure } from "../../../ui/notice.tsx";
import { visibleString } from "../../../ui/visible-text.ts";
import { removeModelKey, saveModelKey } from "../chat-api.ts";

interface KeyDialogProps {
  /** Null: closed. */
  endpoint: ModelEndpointView | null;
  onChanged(): void;
  onClose(): void;
}

/** A person's own key for a provider. It is written, never shown. */
export function KeyDialog({ endpoint, onChanged, onClose }: KeyDialogProps) {
  return (
    <Modal opened={endpoint !== null} onClose={onClose} title={`Your key for ${visibleString(endpoint?.label ?? "")}`} size="md">
      {endpoint !== null && <KeyForm key={endpoint.name} endpoint={endpoint} onChanged={onChanged} onClose={onClose} />}
    </Modal>
  );
}

function KeyForm({ endpoint, onChanged, onClose }: KeyDialogProps & { endpoint: ModelEndpointView }) {
  const { name, needsOwnKey, needsOwnAddress, isKeySet } = endpoint;
  const [apiKey, setApiKey] = useState("");
  const [baseUrl, setBaseUrl] = useState("");
  const save = useAction(async () => {
    await saveModelKey(name, {
      ...(apiKey.trim() === "" ? {} : { apiKey: apiKey.trim() }),
      ...(baseUrl.trim() === "" ? {} : { baseUrl: baseUrl.trim() }),
    });
    onChanged();
    onClose();
  });
  const forget = useAction(async () => {
    await removeModelKey(name);
    onChanged();
    onClose();
  });
  const shared = { autoComplete: "off", spellCheck: false, "data-1p-ignore": true };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <Stack gap="md">
        <p>It is stored sealed, used for your own answers only, and never shown again.</p>
        {needsOwnAddress && (
          <TextInput
            {...shared}
            label="Address"
            type="url"
            placeholder={isKeySet ? "Stored. Type to replace it" : "https://api.example.org/v1"}
            required={!isKeySet}
            withAsterisk={false}
            data-autofocus
            value={baseUrl}
            onChange={(event) => setBaseUrl(event.currentTarget.value)}
          />
        )}
        {needsOwnKey && (
          <PasswordInput
            {...shared}
            label="API key"
            placeholder={isKeySet ? "Stored. Type to replace it" : ""}
            required={!isKeySet}
            withAsterisk={false}
            data-autofocus={!needsOwnAddress || undefined}
            visibilityToggleButtonProps={{ "aria-label": "Show what you type", tabIndex: 0 }}
            value={apiKey}
            onChange={(event) => setApiKey(event.currentTarget.value)}
          />
        )}
        <Failure error={save.error ?? forget.error} />
        <Group justify="space-between">
          {isKeySet ? (
            <Button variant="subtle" color="red.9" loading={forget.busy} onClick={() => void forget.run()}>
              Forget it
            </Button>
          ) : (
            <span />
          )}
          <Button type="submit" loading={save.busy} disabled={apiKey.trim() === "" && baseUrl.trim() === ""}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
