import { Button } from "@mantine/core";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import type { UserView } from "../../../../schemas/wire.ts";
import { asApiError, useRequest } from "../../lib/use-request.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Failure } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Rows } from "../../ui/rows.tsx";
import { toastFailure, toastSuccess } from "../../ui/toast.ts";
import { InviteDialog } from "./invite-dialog.tsx";
import { changePerson, inviteAgain, listPeople, removePerson } from "./people-api.ts";
import { PersonRow } from "./person-row.tsx";

/** Who has an account here. For admins. */
export function PeoplePage({ selfId }: { selfId: string }) {
  const people = useRequest("people", listPeople);
  const [inviting, setInviting] = useState<{ link: string | null } | null>(null);
  const [removing, setRemoving] = useState<UserView | null>(null);
  /** Says what went wrong, and shows the list as it then is. */
  const act = async (what: string, task: () => Promise<unknown>) => {
    try {
      await task();
    } catch (error) {
      toastFailure({ title: what, error: asApiError(error) });
    }
    people.reload();
  };
  return (
    <>
      <PageHeader
        title="People"
        lead="Everybody connects with values of their own; no admin sees them."
        actions={
          <Button leftSection={<UserPlus size={16} aria-hidden="true" />} onClick={() => setInviting({ link: null })}>
            Invite
          </Button>
        }
      />
      <Failure error={people.error} />
      {people.data !== null && (
        <Rows label="People">
          {people.data.map((person) => (
            <PersonRow
              key={person.id}
              person={person}
              isSelf={person.id === selfId}
              onRole={(role) => void act("The role stays as it was", () => changePerson(person.id, { role }))}
              onDisabled={(disabled) =>
                void act(`${person.name} stays as they were`, () => changePerson(person.id, { disabled }))
              }
              onInviteAgain={() =>
                void act("There is no new link", async () => setInviting({ link: (await inviteAgain(person.id)).inviteUrl }))
              }
              onRemove={() => setRemoving(person)}
            />
          ))}
        </Rows>
      )}
      <InviteDialog
        opened={inviting !== null}
        link={inviting?.link ?? null}
        onLink={(link) => {
          setInviting({ link });
          people.reload();
        }}
        onClose={() => setInviting(null)}
      />
      <ConfirmDialog
        opened={removing !== null}
        title={`Remove ${removing?.name ?? ""}?`}
        confirmLabel="Remove"
        onClose={() => setRemoving(null)}
        onConfirm={async () => {
          if (removing === null) return;
          await act(`${removing.name} is still here`, async () => {
            await removePerson(removing.id);
            toastSuccess({ title: `${removing.name} is removed` });
          });
        }}
      >
        Their account, their stored values and their API keys are deleted, and their connections are closed.
      </ConfirmDialog>
    </>
  );
}
