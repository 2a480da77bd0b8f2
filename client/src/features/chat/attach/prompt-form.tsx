import { Button } from "@mantine/core";
import { useState } from "react";
import { useAction } from "../../../lib/use-action.ts";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import { Failure } from "../../../ui/notice.tsx";
import { PromptMessages } from "../../../ui/results/prompt-messages.tsx";
import classes from "./attach.module.css";
import { type ListedPrompt, readPrompt } from "./attach-api.ts";
import { CompletedInput } from "./completed-input.tsx";

interface PromptFormProps {
  server: string;
  prompt: ListedPrompt;
  onPrompt(prompt: { server: string; prompt: string; values: Readonly<Record<string, string>> }): Promise<void>;
}

/** The arguments of a prompt, with what the server proposes for them; what it says is read before it is inserted. */
export function PromptForm({ server, prompt, onPrompt }: PromptFormProps) {
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [said, setSaid] = useState<Awaited<ReturnType<typeof readPrompt>> | null>(null);
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
  const complete = prompt.arguments.every(({ name, required }) => !required || Object.hasOwn(given, name));
  const wanted = { server, prompt: prompt.name, values: given };
  const look = useAction(async () => setSaid(await readPrompt(wanted, new AbortController().signal)));
  const insert = useAction(() => onPrompt(wanted));
  return (
    <form
      className={classes.fields}
      onSubmit={(event) => {
        event.preventDefault();
        if (complete) void insert.run();
      }}
    >
      {prompt.description !== "" && (
        <p className={classes.description}>
          <ForeignText>{prompt.description}</ForeignText>
        </p>
      )}
      {prompt.arguments.map(({ name, description, required }) => (
        <CompletedInput
          key={name}
          server={server}
          of={{ type: "ref/prompt", name: prompt.name }}
          name={name}
          description={description}
          required={required}
          values={values}
          onChange={(value) => {
            setValues({ ...values, [name]: value });
            setSaid(null);
          }}
        />
      ))}
      <Failure error={look.error ?? insert.error} />
      {said !== null && (
        <section className={classes.preview} aria-label="Preview">
          <PromptMessages messages={said} />
        </section>
      )}
      <div className={classes.actions}>
        <Button type="submit" disabled={!complete} loading={insert.busy}>
          Insert
        </Button>
        <Button variant="default" disabled={!complete} loading={look.busy} onClick={() => void look.run()}>
          Look at it
        </Button>
      </div>
    </form>
  );
}
