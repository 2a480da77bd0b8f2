import { Button } from "@mantine/core";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import type { PersonGrantView, ServerView } from "../../../../schemas/wire.ts";
import { asApiError, useRequest } from "../../lib/use-request.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { Failure } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { Since } from "../../ui/since.tsx";
import { toastFailure, toastSuccess } from "../../ui/toast.ts";
import { visibleString } from "../../ui/visible-text.ts";
import { listAllGrants, revokePersonGrant } from "./server-sign-in-api.ts";

/** Who is signed in where, with which scopes. For admins; the tokens are shown to nobody. */
export function GrantsPage({ servers }: { servers: readonly ServerView[] }) {
  const grants = useRequest("all grants", listAllGrants);
  const [revoking, setRevoking] = useState<PersonGrantView | null>(null);
  const titleOf = (name: string) => servers.find((server) => server.name === name)?.title ?? name;
  const revoke = async (grant: PersonGrantView) => {
    try {
      await revokePersonGrant(grant);
      toastSuccess({ title: `${personOf(grant)} is signed out of ${titleOf(grant.server)}` });
    } catch (error) {
      toastFailure({ title: `${personOf(grant)} is still signed in`, error: asApiError(error) });
    }
    grants.reload();
  };
  return (
    <>
      <PageHeader title="Sign-ins" lead="Who is signed in at which server. Nobody sees their tokens." />
      <Failure error={grants.error} />
      {grants.data?.length === 0 && (
        <EmptyState icon={KeyRound} title="Nobody is signed in at a server">
          <p>When somebody signs in to a server, it is listed here with what they allowed.</p>
        </EmptyState>
      )}
      {grants.data !== null && grants.data.length > 0 && (
        <Rows label="Sign-ins">
          {grants.data.map((grant) => (
            <GrantRow
              key={JSON.stringify([grant.userId, grant.server])}
              grant={grant}
              title={titleOf(grant.server)}
              onRevoke={() => setRevoking(grant)}
            />
          ))}
        </Rows>
      )}
      <ConfirmDialog
        opened={revoking !== null}
        title={revoking === null ? "" : visibleString(`Sign ${personOf(revoking)} out of ${titleOf(revoking.server)}?`)}
        confirmLabel="Sign out"
        onClose={() => setRevoking(null)}
        onConfirm={async () => {
          if (revoking !== null) await revoke(revoking);
        }}
      >
        What they allowed is taken back there and deleted here, and their connection is closed. They can sign in again.
      </ConfirmDialog>
    </>
  );
}

interface GrantRowProps {
  grant: PersonGrantView;
  title: string;
  onRevoke(): void;
}

function GrantRow({ grant, title, onRevoke }: GrantRowProps) {
  const { issuer, scopes, grantedAt, email } = grant;
  return (
    <Row
      name={<ForeignText>{personOf(grant)}</ForeignText>}
      tags={[visibleString(title)]}
      sub={
        <>
          {email !== null && `${email}, `}signed in <Since at={grantedAt} /> at <ForeignText>{issuer}</ForeignText>
          {scopes.length > 0 && (
            <div className="pb-mono">
              <ForeignText>{scopes.join(" ")}</ForeignText>
            </div>
          )}
        </>
      }
    >
      <Button
        size="xs"
        variant="default"
        aria-label={visibleString(`Sign out ${personOf(grant)} from ${title}`)}
        onClick={onRevoke}
      >
        Sign out
      </Button>
    </Row>
  );
}

/** Where the host platform keeps people, only their id is known. */
function personOf({ name, userId }: PersonGrantView): string {
  return name ?? userId;
}
