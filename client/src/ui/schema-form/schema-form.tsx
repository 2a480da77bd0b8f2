import "@mantine/dates/styles.layer.css";
import { Form } from "@rjsf/mantine";
import type { RJSFSchema, UiSchema } from "@rjsf/utils";
import { useEffect, useRef } from "react";
import { formValidator } from "./form-validator.ts";
import classes from "./schema-form.module.css";
import { TEMPLATES } from "./schema-form-templates.tsx";

interface SchemaFormProps {
  id: string;
  /** Made by `formSchema`. */
  schema: RJSFSchema;
  value: Record<string, unknown>;
  disabled: boolean;
  /** The first field has the focus when the form is there. */
  autoFocus: boolean;
  onChange(value: Record<string, unknown>): void;
  onSubmit(value: Record<string, unknown>): void;
}

const UI: UiSchema = { "ui:submitButtonOptions": { norender: true } };

/** The form of a tool. In a file of its own because what draws it is large and fetched when first needed. */
export function SchemaForm({ id, schema, value, disabled, autoFocus, onChange, onSubmit }: SchemaFormProps) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (autoFocus) frame.current?.querySelector<HTMLElement>("input:not([type=hidden]), textarea, select")?.focus();
  }, [autoFocus]);
  return (
    <div ref={frame} className={classes.form}>
      <Form
        id={id}
        idPrefix={id}
        schema={schema}
        uiSchema={UI}
        templates={TEMPLATES}
        validator={formValidator}
        formData={value}
        disabled={disabled}
        noHtml5Validate
        showErrorList={false}
        focusOnFirstError
        useFallbackUiForUnsupportedType
        // What is wrong stands at the fields; without this it is also written to the console.
        onError={() => undefined}
        onChange={({ formData }) => onChange((formData ?? {}) as Record<string, unknown>)}
        onSubmit={({ formData }) => onSubmit((formData ?? {}) as Record<string, unknown>)}
      />
    </div>
  );
}
