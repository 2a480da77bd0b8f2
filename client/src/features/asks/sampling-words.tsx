import { Button, Stack, Textarea } from "@mantine/core";
import { ArrowLeft } from "lucide-react";
import { Notice } from "../../ui/notice.tsx";
import { visibleString } from "../../ui/visible-text.ts";
import type { AskBodyProps } from "./ask-body.ts";
import { AskFoot } from "./ask-foot.tsx";
import classes from "./asks.module.css";
import type { ModelWords } from "./asks-api.ts";

interface SamplingWordsProps extends AskBodyProps {
  words: ModelWords;
  /** Null: back to the request. */
  onChange(words: ModelWords | null): void;
}

/** The answer before the server has it. */
export function SamplingWords({ request, title, answering, onLater, words, onChange }: SamplingWordsProps) {
  const { text } = words.content;
  return (
    <Stack gap="md">
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          ml={-8}
          leftSection={<ArrowLeft size={15} aria-hidden="true" />}
          onClick={() => onChange(null)}
        >
          Back to the request
        </Button>
      </div>
      <Textarea
        label={`What ${visibleString(title.slice(0, 100))} will get`}
        description={`Model: ${words.model}. You may change it.`}
        autosize
        minRows={4}
        maxRows={16}
        data-autofocus
        value={text}
        onChange={(event) => onChange({ ...words, content: { type: "text", text: event.currentTarget.value } })}
      />
      {words.stopReason === "maxTokens" && <Notice tone="amber">The answer ends where its tokens did.</Notice>}
      <p className={classes.quiet}>It has not been sent yet.</p>
      <AskFoot request={request} answering={answering} onLater={onLater}>
        <Button
          loading={answering.busy}
          disabled={text.trim() === ""}
          onClick={() => void answering.run({ action: "accept", result: words })}
        >
          Send the answer
        </Button>
      </AskFoot>
    </Stack>
  );
}
