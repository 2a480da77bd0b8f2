import { Button } from "@mantine/core";
import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import type { Live } from "../../../lib/live.ts";
import { useAction } from "../../../lib/use-action.ts";
import { useLiveEvent } from "../../../lib/use-live-event.ts";
import { useRequest } from "../../../lib/use-request.ts";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import { Failure } from "../../../ui/notice.tsx";
import { PromptMessages } from "../../../ui/results/prompt-messages.tsx";
import classes from "./attach.module.css";
import { type ListedPrompt, listPrompts, readPrompt } from "./attach-api.ts";
import { CatalogueList } from "./catalogue-list.tsx";
import { CompletedInput } from "./completed-input.tsx";

interface PromptPaneProps {
  live: Live;
  server: string;
  onPrompt(prompt: { server: string; prompt: string; values: Readonly<Record<string, string>> }): Promise<void>;
}

/** A server's prompts: choose one, fill in its arguments, read what it says, insert it. */
export function PromptPane({ live, server, onPrompt }: PromptPaneProps) {
  const listed = useRequest(server, async (signal) =>
    (await listPrompts(server, signal)).map((each) => ({ ...each, key: each.name, place: each.name })),
  );
  useLiveEvent(live, "catalogue", (changed) => changed === server && listed.reload());
  const [chosen, setChosen] = useState<ListedPrompt | null>(null);
  if (chosen === null) return <CatalogueList what="prompts" items={listed} onSelect={setChosen} />;
  return (
    <div className={classes.detail}>
      <div className={classes.detailHead}>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<ArrowLeft size={14} aria-hidden="true" />}
          onClick={() => setChosen(null)}
        >
          All prompts
        </Button>
        <h3 className={classes.detailTitle}>
          <ForeignText maxLength={200}>{chosen.title}</ForeignText>
        </h3>
      </div>
      <PromptForm key={chosen.name} server={server} prompt={chosen} onPrompt={onPrompt} />
    </div>
  );
}

interface PromptFormProps extends Omit<PromptPaneProps, "live"> {
  prompt: ListedPrompt;
}

function PromptForm({ server, prompt, onPrompt }: PromptFormProps) {
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
