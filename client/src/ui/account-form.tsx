import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";

export const PASSWORD_HINT = "At least 10 characters. A few words in a row are easy to keep.";

export interface AccountFields {
  email: string;
  name: string;
  password: string;
}

interface AccountFormProps {
  /** Asked for only where the address is not known yet. */
  withEmail: boolean;
  submitLabel: string;
  busy: boolean;
  failure: ReactNode;
  onSubmit(fields: AccountFields): void;
}

/** What a new account consists of: for the first admin, and for people who were invited. */
export function AccountForm({ withEmail, submitLabel, busy, failure, onSubmit }: AccountFormProps) {
  const [fields, setFields] = useState<AccountFields>({ email: "", name: "", password: "" });
  const change = (field: keyof AccountFields) => (event: FormEvent<HTMLInputElement>) => {
    const { value } = event.currentTarget;
    setFields((before) => ({ ...before, [field]: value }));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(fields);
      }}
    >
      <Stack gap="md">
        {withEmail && (
          <TextInput
            label="E-mail"
            type="email"
            size="md"
            autoComplete="username"
            required
            withAsterisk={false}
            value={fields.email}
            onChange={change("email")}
          />
        )}
        <TextInput
          label="Name"
          size="md"
          autoComplete="name"
          required
          withAsterisk={false}
          value={fields.name}
          onChange={change("name")}
        />
        <PasswordInput
          label="Password"
          description={PASSWORD_HINT}
          inputWrapperOrder={["label", "input", "description", "error"]}
          size="md"
          autoComplete="new-password"
          required
          withAsterisk={false}
          value={fields.password}
          onChange={change("password")}
        />
        {failure}
        <Button type="submit" size="md" fullWidth loading={busy}>
          {submitLabel}
        </Button>
      </Stack>
    </form>
  );
}
