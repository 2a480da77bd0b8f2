import { PasswordInput, TextInput } from "@mantine/core";
import { CircleCheck, CircleDashed } from "lucide-react";
import { useId } from "react";
import type { UserVarView } from "../../../../schemas/wire.ts";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { Markdown } from "../../ui/markdown.tsx";
import classes from "./var-field.module.css";

interface VarFieldProps {
  variable: UserVarView;
  /** What is being typed. What is stored never comes back. */
  value: string;
  disabled: boolean;
  autoFocus: boolean;
  onChange(value: string): void;
}

export function VarField({ variable, value, disabled, autoFocus, onChange }: VarFieldProps) {
  const id = useId();
  const { title, description, sensitive, set } = variable;
  const shared = {
    id,
    value,
    disabled,
    autoComplete: "off",
    spellCheck: false,
    maxLength: 8192,
    placeholder: set ? "Stored. Type to replace it" : "",
    "aria-describedby": `${id}-mark ${id}-description`,
    "data-autofocus": autoFocus || undefined,
    "data-1p-ignore": true,
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => onChange(event.currentTarget.value),
  };
  return (
    <div className={classes.field}>
      <div className={classes.head}>
        <label htmlFor={id}>
          <ForeignText>{title}</ForeignText>
        </label>
        <span className={classes.mark} id={`${id}-mark`} data-set={set}>
          {set ? <CircleCheck size={14} aria-hidden="true" /> : <CircleDashed size={14} aria-hidden="true" />}
          {set ? "Set" : "Not set"}
        </span>
      </div>
      {sensitive ? (
        <PasswordInput {...shared} visibilityToggleButtonProps={{ "aria-label": "Show what you type", tabIndex: 0 }} />
      ) : (
        <TextInput {...shared} />
      )}
      {description !== "" && (
        <div className={classes.description} id={`${id}-description`}>
          <Markdown html>{description}</Markdown>
        </div>
      )}
    </div>
  );
}
