import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { UserView } from "../../../../schemas/wire.ts";
import { request } from "../../lib/api-client.ts";
import { useAction } from "../../lib/use-action.ts";
import { AuthLayout } from "../../ui/auth-layout.tsx";
import { Failure } from "../../ui/notice.tsx";

export function SignInPage({ onSignedIn }: { onSignedIn(user: UserView): void }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useAction(async () => {
    const { user } = await request<{ user: UserView }>("/api/auth/sign-in", { method: "POST", body: { email, password } });
    onSignedIn(user);
  });
  return (
    <AuthLayout title="Sign in" lead="Welcome back.">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void signIn.run();
        }}
      >
        <Stack gap="md">
          <TextInput
            label="E-mail"
            type="email"
            size="md"
            autoComplete="username"
            required
            withAsterisk={false}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            size="md"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Failure error={signIn.error} />
          <Button type="submit" size="md" fullWidth loading={signIn.busy}>
            Sign in
          </Button>
        </Stack>
      </form>
    </AuthLayout>
  );
}
