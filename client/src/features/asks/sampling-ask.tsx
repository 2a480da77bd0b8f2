import { Button, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ModelChoice, ModelsView } from "../../../../schemas/chat-wire.ts";
import { useAction } from "../../lib/use-action.ts";
import { useRequest } from "../../lib/use-request.ts";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import type { AskBodyProps } from "./ask-body.ts";
import { AskFoot } from "./ask-foot.tsx";
import classes from "./asks.module.css";
import { generateWords, listModels } from "./asks-api.ts";
import { hintsOf, type SamplingDraft, samplingDraft, tokensProblem, wantedOf } from "./sampling-draft.ts";
import { SamplingMessages } from "./sampling-messages.tsx";
import { SamplingWords } from "./sampling-words.tsx";
import { useDraft } from "./use-draft.ts";

/** A request for a model's words: looked over, changed, asked, looked over again, and only then sent. */
export function SamplingAsk(props: AskBodyProps) {
  const { request, title, drafts, answering, onLater } = props;
  const [draft, change] = useDraft<SamplingDraft>(drafts, request.id, () => samplingDraft(request));
  const models = useRequest<ModelsView>("models", listModels);
  const [isTried, setTried] = useState(false);
  const maxTokens = request.terms?.maxTokens ?? 0;
  const tokens = tokensProblem(draft.maxTokens, maxTokens);
  const asking = useAction(async () => {
    setTried(true);
    if (tokens === null) change({ words: await generateWords(request.id, wantedOf(draft)) });
  });
  if (draft.words !== null) return <SamplingWords {...props} words={draft.words} onChange={(words) => change({ words })} />;
  const hasModel = models.data === null || models.data.default !== null || request.terms?.model != null;
  const byHand = () =>
    change({ words: { role: "assistant", model: "written by a person", content: { type: "text", text: "" } } });
  return (
    <Stack gap="md">
      <p className={classes.quiet}>
        Nothing was sent to a model yet. Look over what it would be asked, change what you like, and you see the answer before{" "}
        <ForeignText maxLength={100}>{title}</ForeignText> does. Nothing of your conversations goes along.
      </p>
      <Textarea
        label="What the model is told first"
        autosize
        minRows={1}
        maxRows={6}
        value={draft.systemPrompt}
        onChange={(event) => change({ systemPrompt: event.currentTarget.value })}
      />
      <SamplingMessages messages={draft.messages} onChange={(messages) => change({ messages })} />
      <div className={classes.terms}>
        <ModelField
          models={models.data}
          fixed={request.terms?.model ?? null}
          hints={hintsOf(request)}
          value={draft.model}
          onChange={(model) => change({ model })}
        />
        <TextInput
          label="Tokens at most"
          inputMode="numeric"
          description={
            Number(request.params.maxTokens) > maxTokens ? `It asked for ${String(request.params.maxTokens)}.` : undefined
          }
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={draft.maxTokens}
          error={isTried ? tokens : null}
          onChange={(event) => change({ maxTokens: event.currentTarget.value })}
        />
      </div>
      {!hasModel && <Notice tone="amber">{models.data?.reason ?? "There is no model."}</Notice>}
      <p className={classes.quiet}>
        {left(request.terms?.left ?? 0)}{" "}
        <button type="button" className={classes.link} onClick={byHand}>
          Write the answer yourself
        </button>
      </p>
      <Failure error={asking.error} />
      <AskFoot request={request} answering={answering} onLater={onLater}>
        <Button loading={asking.busy} disabled={!hasModel || answering.busy} onClick={() => void asking.run()}>
          Ask the model
        </Button>
      </AskFoot>
    </Stack>
  );
}

function left(count: number): string {
  if (count === 0) return "This is the last such request it may make within the hour.";
  return `It may make ${count === 1 ? "one more such request" : `${count} more such requests`} within the hour.`;
}

interface ModelFieldProps {
  models: ModelsView | null;
  /** The operator's choice. */
  fixed: ModelChoice | null;
  hints: string;
  value: ModelChoice | null;
  onChange(model: ModelChoice): void;
}

function ModelField({ models, fixed, hints, value, onChange }: ModelFieldProps) {
  const wish = hints === "" ? undefined : <ForeignText maxLength={200}>{`It would like ${hints}.`}</ForeignText>;
  const common = {
    label: "Model",
    description: wish,
    inputWrapperOrder: ["label", "input", "description"] as ("label" | "input" | "description")[],
  };
  if (fixed !== null)
    return (
      <TextInput {...common} value={`${fixed.model} (${fixed.endpoint})`} readOnly description="The operator allows no other." />
    );
  const choices = (models?.endpoints ?? [])
    .filter(({ isKeySet }) => isKeySet)
    .flatMap(({ name, label, models: offered }) => offered.map((model) => ({ endpoint: name, model: model.name, label })));
  const chosen = value ?? models?.default ?? null;
  const at = choices.findIndex(({ endpoint, model }) => endpoint === chosen?.endpoint && model === chosen.model);
  return (
    <Select
      {...common}
      data={choices.map(({ model, label }, index) => ({ value: String(index), label: `${model} (${label})` }))}
      value={at < 0 ? null : String(at)}
      allowDeselect={false}
      searchable={choices.length > 8}
      placeholder="None"
      onChange={(index) => {
        const choice = choices[Number(index)];
        if (choice !== undefined) onChange({ endpoint: choice.endpoint, model: choice.model });
      }}
    />
  );
}
