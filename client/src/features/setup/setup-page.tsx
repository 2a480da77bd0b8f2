import { useState } from "react";
import type { UserView } from "../../../../schemas/wire.ts";
import { request } from "../../lib/api-client.ts";
import { takeLinkToken } from "../../lib/link-token.ts";
import { useAction } from "../../lib/use-action.ts";
import { type AccountFields, AccountForm } from "../../ui/account-form.tsx";
import { AuthLayout } from "../../ui/auth-layout.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";

/** The first account, which is the admin. Only for whoever has the link that the server printed. */
export function SetupPage({ onSignedIn }: { onSignedIn(user: UserView): void }) {
  const [token] = useState(takeLinkToken);
  const create = useAction(async (fields: AccountFields) => {
    const { user } = await request<{ user: UserView }>("/api/setup", { method: "POST", body: { token, ...fields } });
    onSignedIn(user);
  });
  if (token === "") {
    return (
      <AuthLayout title="Almost there" lead="This Patchbay has no account yet.">
        <Notice tone="amber">
          The first account needs the <strong>setup link</strong> that the server printed when it started. Look for it in the
          terminal or the log, and open it here. It ends in <span className="pb-mono">/setup#token=…</span>
        </Notice>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title="Set up Patchbay" lead="This first account is the admin: it invites people and sees problems in the file.">
      <AccountForm
        withEmail
        submitLabel="Create admin account"
        busy={create.busy}
        failure={<Failure error={create.error} />}
        onSubmit={(fields) => void create.run(fields)}
      />
    </AuthLayout>
  );
}
