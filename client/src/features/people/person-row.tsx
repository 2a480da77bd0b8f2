import { ActionIcon, Menu, NativeSelect } from "@mantine/core";
import { Ban, CircleCheck, EllipsisVertical, Link, Trash2 } from "lucide-react";
import type { Role, UserView } from "../../../../schemas/wire.ts";
import { Row } from "../../ui/rows.tsx";
import { Since } from "../../ui/since.tsx";

interface PersonRowProps {
  person: UserView;
  isSelf: boolean;
  onRole(role: Role): void;
  onDisabled(disabled: boolean): void;
  onInviteAgain(): void;
  onRemove(): void;
}

export function PersonRow({ person, isSelf, onRole, onDisabled, onInviteAgain, onRemove }: PersonRowProps) {
  const { name, email, role, disabled, createdAt } = person;
  return (
    <Row
      name={name}
      tags={[...(isSelf ? ["You"] : []), ...(disabled ? ["Disabled"] : [])]}
      sub={
        <>
          {email}, since <Since at={createdAt} />
        </>
      }
    >
      <NativeSelect
        aria-label={`Role of ${name}`}
        size="sm"
        w={104}
        data={[
          { value: "USER", label: "User" },
          { value: "ADMIN", label: "Admin" },
        ]}
        value={role}
        onChange={(event) => onRole(event.currentTarget.value as Role)}
      />
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={`More for ${name}`}>
            <EllipsisVertical size={16} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Link size={16} />} onClick={onInviteAgain}>
            New link to set a password
          </Menu.Item>
          <Menu.Item leftSection={disabled ? <CircleCheck size={16} /> : <Ban size={16} />} onClick={() => onDisabled(!disabled)}>
            {disabled ? "Enable" : "Disable"}
          </Menu.Item>
          <Menu.Item color="var(--pb-red)" leftSection={<Trash2 size={16} />} onClick={onRemove}>
            Remove
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Row>
  );
}
