import { Checkbox, MultiSelect, Select, Stack, TagsInput, TextInput } from "@mantine/core";
import type { FormField } from "../../../../schemas/elicitation-form.ts";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { visibleString } from "../../ui/visible-text.ts";
import { type FormDraft, looksSecret, presetWords } from "./form-draft.ts";

interface FormFieldInputProps {
  field: FormField;
  value: FormDraft[string] | undefined;
  problem: string | undefined;
  /** By its title. */
  server: string;
  isFirst: boolean;
  onChange(value: FormDraft[string]): void;
}

/** From so many choices on, one of them is picked from a list that can be searched. */
const MANY_CHOICES = 6;
const TYPES = { email: "email", uri: "url", date: "date", "date-time": "datetime-local" } as const;

/** One field of a server's form. */
export function FormFieldInput({ field, value, problem, server, isFirst, onChange }: FormFieldInputProps) {
  const common = {
    label: visibleString(field.label.slice(0, 200)),
    description: explained(field, { server, isEmpty: value === "" || (Array.isArray(value) && value.length === 0) }),
    error: problem,
    "data-autofocus": isFirst || undefined,
    "data-field": field.name,
  };
  const marked = { ...common, withAsterisk: field.isRequired };
  const text = typeof value === "string" ? value : "";
  const list = Array.isArray(value) ? [...value] : [];
  switch (field.kind) {
    case "boolean":
      return <Checkbox {...common} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
    case "choice":
      return (
        <Select
          {...marked}
          data={shown(field.choices)}
          value={text === "" ? null : text}
          onChange={(next) => onChange(next ?? "")}
          clearable={!field.isRequired}
          searchable={field.choices.length > MANY_CHOICES}
          placeholder="Pick one"
        />
      );
    case "list":
      if (field.choices === null) return <TagsInput {...marked} value={list} onChange={onChange} />;
      if (field.choices.length > MANY_CHOICES)
        return <MultiSelect {...marked} data={shown(field.choices)} value={list} onChange={onChange} searchable clearable />;
      return (
        <Checkbox.Group {...marked} value={list} onChange={onChange}>
          <Stack gap={6} my={6}>
            {shown(field.choices).map((choice) => (
              <Checkbox key={choice.value} value={choice.value} label={choice.label} />
            ))}
          </Stack>
        </Checkbox.Group>
      );
    case "number":
      return (
        <TextInput
          {...marked}
          inputMode={field.isInteger ? "numeric" : "decimal"}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "text":
      return (
        <TextInput
          {...marked}
          type={field.format === null ? "text" : TYPES[field.format]}
          value={text}
          maxLength={100_000}
          autoComplete="off"
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

function explained(field: FormField, { server, isEmpty }: { server: string; isEmpty: boolean }) {
  const preset = isEmpty ? presetWords(field) : null;
  const isSecret = field.kind === "text" && looksSecret(field);
  if (field.description === null && preset === null && !isSecret) return undefined;
  return (
    <>
      {field.description !== null && <ForeignText maxLength={1_000}>{field.description}</ForeignText>}
      {preset !== null && (
        <span style={{ display: "block" }}>
          Left empty, “<ForeignText maxLength={100}>{preset}</ForeignText>” is sent.
        </span>
      )}
      {isSecret && (
        <strong style={{ display: "block", color: "var(--pb-orange)", fontWeight: 600 }}>
          This looks like a secret. {visibleString(server)} will read what you enter; servers are not supposed to ask for
          passwords or keys in a form.
        </strong>
      )}
    </>
  );
}

function shown(choices: readonly { value: string; label: string }[]) {
  const seen = new Set<string>();
  return choices
    .filter(({ value }) => !seen.has(value) && seen.add(value))
    .map(({ value, label }) => ({ value, label: visibleString(label.slice(0, 200)) }));
}
