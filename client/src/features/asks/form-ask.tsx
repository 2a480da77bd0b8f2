import { Button, Stack } from "@mantine/core";
import { type FormEvent, useMemo, useRef, useState } from "react";
import { formFields } from "../../../../schemas/elicitation-form.ts";
import type { AskBodyProps } from "./ask-body.ts";
import { AskFoot } from "./ask-foot.tsx";
import { AskMessage } from "./ask-message.tsx";
import { contentOf, type FormDraft, presetDraft, problemsOf } from "./form-draft.ts";
import { FormFieldInput } from "./form-field.tsx";
import { useDraft } from "./use-draft.ts";

/** A server's form: checked here before it is sent, and there again. */
export function FormAsk({ request, title, drafts, answering, onLater }: AskBodyProps) {
  const fields = useMemo(() => formFields(request.params.requestedSchema), [request]);
  const [draft, change] = useDraft<FormDraft>(drafts, request.id, () => presetDraft(fields));
  const [isTried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const problems = isTried ? problemsOf(fields, draft) : new Map<string, string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const [first] = problemsOf(fields, draft).keys();
    if (first === undefined) return void answering.run({ action: "accept", content: contentOf(fields, draft) });
    const wrong = form.current?.querySelector<HTMLElement>(`[data-field="${CSS.escape(first)}"]`);
    (wrong?.matches("input") ? wrong : wrong?.querySelector("input"))?.focus();
  };
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="md">
        <AskMessage text={request.params.message} />
        {fields.map((field, at) => (
          <FormFieldInput
            key={field.name}
            field={field}
            value={draft[field.name]}
            problem={problems.get(field.name)}
            server={title}
            isFirst={at === 0}
            onChange={(value) => change({ [field.name]: value })}
          />
        ))}
        <AskFoot request={request} answering={answering} onLater={onLater}>
          <Button type="submit" loading={answering.busy}>
            {fields.length === 0 ? "Agree" : "Send"}
          </Button>
        </AskFoot>
      </Stack>
    </form>
  );
}
