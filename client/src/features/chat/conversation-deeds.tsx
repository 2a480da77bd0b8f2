import { ActionIcon, Button, Group, Menu, Modal, Stack, TextInput } from "@mantine/core";
import { Download, Ellipsis, FileText, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import type { ConversationView } from "../../../../schemas/chat-wire.ts";
import { useAction } from "../../lib/use-action.ts";
import { asApiError } from "../../lib/use-request.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { Failure } from "../../ui/notice.tsx";
import { toastFailure, toastSuccess } from "../../ui/toast.ts";
import { visibleString } from "../../ui/visible-text.ts";
import { changeConversation, deleteConversation, exportHref } from "./chat-api.ts";

interface ConversationDeedsProps {
  conversation: ConversationView;
  onChanged(conversation: ConversationView): void;
  onRemoved(id: string): void;
}

/** What can be done with a conversation as a whole. */
export function ConversationDeeds({ conversation, onChanged, onRemoved }: ConversationDeedsProps) {
  const [asked, setAsked] = useState<"rename" | "delete" | null>(null);
  const { id, title } = conversation;
  const close = () => setAsked(null);
  const remove = async () => {
    try {
      await deleteConversation(id);
      onRemoved(id);
      toastSuccess({ about: "conversation", title: "Conversation deleted" });
    } catch (error) {
      toastFailure({ about: "conversation", title: "Not deleted", error: asApiError(error) });
    }
  };
  return (
    <>
      <Menu position="bottom-end" width={210}>
        <Menu.Target>
          <ActionIcon variant="subtle" size={30} aria-label={`More about ${visibleString(title)}`}>
            <Ellipsis size={17} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Pencil size={15} aria-hidden="true" />} onClick={() => setAsked("rename")}>
            Rename
          </Menu.Item>
          <Menu.Item
            component="a"
            href={exportHref(id, "export.md")}
            download={`${fileName(title)}.md`}
            leftSection={<FileText size={15} aria-hidden="true" />}
          >
            Export as Markdown
          </Menu.Item>
          <Menu.Item
            component="a"
            href={exportHref(id, "export")}
            download={`${fileName(title)}.json`}
            leftSection={<Download size={15} aria-hidden="true" />}
          >
            Export as JSON
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            color="var(--pb-red)"
            leftSection={<Trash2 size={15} aria-hidden="true" />}
            onClick={() => setAsked("delete")}
          >
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={asked === "rename"} onClose={close} title="Rename the conversation" size="sm">
        <RenameForm conversation={conversation} onChanged={onChanged} onClose={close} />
      </Modal>
      <ConfirmDialog
        opened={asked === "delete"}
        title="Delete this conversation?"
        confirmLabel="Delete"
        onClose={close}
        onConfirm={remove}
      >
        “<ForeignText maxLength={120}>{title}</ForeignText>” and everything in it, on all its branches, is gone for good.
      </ConfirmDialog>
    </>
  );
}

interface RenameFormProps extends Omit<ConversationDeedsProps, "onRemoved"> {
  onClose(): void;
}

function RenameForm({ conversation, onChanged, onClose }: RenameFormProps) {
  const [title, setTitle] = useState(conversation.title);
  const save = useAction(async () => {
    onChanged(await changeConversation(conversation.id, { title: title.trim() }));
    onClose();
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <Stack gap="md">
        <TextInput
          label="Title"
          maxLength={200}
          data-autofocus
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Failure error={save.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.busy} disabled={title.trim() === ""}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Of a title, what every file system takes. */
function fileName(title: string): string {
  const words = title.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.join("-").slice(0, 80) || "conversation";
}
