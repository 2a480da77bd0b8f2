import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { UserView } from "../../../../schemas/wire.ts";
import { request } from "../../lib/api-client.ts";
import { useAction } from "../../lib/use-action.ts";
import { Failure } from "../../ui/notice.tsx";

/** Signing in with an account of this platform. */
export function PasswordForm({ onSignedIn }: { onSignedIn(user: UserView): void }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useAction(async () => {
    const { user } = await request<{ user: UserView }>("/api/auth/sign-in", { method: "POST", body: { email, password } });
    onSignedIn(user);
  });
  return (
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
  );
}
