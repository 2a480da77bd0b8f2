import { Button, Loader, PasswordInput, Stack } from "@mantine/core";
import { useState } from "react";
import { useNavigate } from "react-router";
import { request } from "../../lib/api-client.ts";
import { useAction } from "../../lib/use-action.ts";
import { useRequest } from "../../lib/use-request.ts";
import { AuthLayout } from "../../ui/auth-layout.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import { PROVIDER_PATH } from "./provider-door.ts";

interface Question {
  email: string;
  name: string;
  /** It has to be entered once, as proof. */
  hasPassword: boolean;
}

const QUESTION = "/api/auth/openid";
const TITLE = "Connect your account";

/** Somebody came from the provider with the verified e-mail address of an account here: is it theirs? */
export function ConnectAccountPage() {
  const navigate = useNavigate();
  const { data, error } = useRequest("question", (signal) => request<{ account: Question | null }>(QUESTION, { signal }));
  const leave = () => void navigate("/sign-in", { replace: true });
  if (error !== null || data?.account === null) {
    return (
      <AuthLayout title={TITLE} lead="There is nothing to connect.">
        <Stack gap="md">
          {error === null ? (
            <Notice tone="amber">
              It was done already, or more than ten minutes have passed. Begin again on the sign-in page.
            </Notice>
          ) : (
            <Failure error={error} />
          )}
          <Button variant="default" size="md" fullWidth onClick={leave}>
            To the sign-in page
          </Button>
        </Stack>
      </AuthLayout>
    );
  }
  if (data === null) {
    return (
      <AuthLayout title={TITLE} lead="One moment.">
        <Loader aria-label="Loading" />
      </AuthLayout>
    );
  }
  return <Consent question={data.account} onLeave={leave} />;
}

function Consent({ question: { email, name, hasPassword }, onLeave }: { question: Question; onLeave(): void }) {
  const [password, setPassword] = useState("");
  const connect = useAction(async () => {
    await request(`${QUESTION}/link`, { method: "POST", body: hasPassword ? { password } : {} });
    // The provider knows this browser already: from there it leads straight in.
    window.location.replace(PROVIDER_PATH);
  });
  const cancel = useAction(async () => {
    await request(QUESTION, { method: "DELETE" });
    onLeave();
  });
  return (
    <AuthLayout
      title={TITLE}
      lead={
        <>
          Your provider says that you are <strong>{email}</strong>. An account with this address is here already, in the name of{" "}
          <strong>{name}</strong>.
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void connect.run();
        }}
      >
        <Stack gap="md">
          <Notice>
            If you connect them, whoever signs in as you at the provider gets into this account, with all its servers, values and
            keys. {hasPassword ? "Your password here keeps working." : "Your invitation link stops working."}
          </Notice>
          {hasPassword && (
            <>
              <input type="text" autoComplete="username" value={email} readOnly hidden />
              <PasswordInput
                label="Password of the account here"
                description="Once, as proof that it is yours."
                size="md"
                autoComplete="current-password"
                required
                withAsterisk={false}
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
              />
            </>
          )}
          <Failure error={connect.error ?? cancel.error} />
          <Button type="submit" size="md" fullWidth loading={connect.busy}>
            Connect and sign in
          </Button>
          <Button variant="default" size="md" fullWidth loading={cancel.busy} onClick={() => void cancel.run()}>
            Cancel
          </Button>
        </Stack>
      </form>
    </AuthLayout>
  );
}
