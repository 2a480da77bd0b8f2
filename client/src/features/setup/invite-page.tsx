import { useState } from "react";
import type { UserView } from "../../../../schemas/wire.ts";
import { request } from "../../lib/api-client.ts";
import { takeLinkToken } from "../../lib/link-token.ts";
import { useAction } from "../../lib/use-action.ts";
import { type AccountFields, AccountForm } from "../../ui/account-form.tsx";
import { AuthLayout } from "../../ui/auth-layout.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";

/** Where an invitation leads: name and password, then in. */
export function InvitePage({ onSignedIn }: { onSignedIn(user: UserView): void }) {
  const [token] = useState(takeLinkToken);
  const accept = useAction(async ({ name, password }: AccountFields) => {
    const { user } = await request<{ user: UserView }>("/api/invites/accept", {
      method: "POST",
      body: { token, name, password },
    });
    onSignedIn(user);
  });
  if (token === "") {
    return (
      <AuthLayout title="This link is incomplete" lead="An invitation ends in #token=… and a long row of letters.">
        <Notice tone="amber">Copy the whole link from your invitation, or ask an admin for a new one.</Notice>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title="Join Patchbay" lead="You have been invited. Choose how you want to be called, and a password.">
      <AccountForm
        withEmail={false}
        submitLabel="Create account"
        busy={accept.busy}
        failure={<Failure error={accept.error} />}
        onSubmit={(fields) => void accept.run(fields)}
      />
    </AuthLayout>
  );
}
