import { Textarea } from "@mantine/core";
import { Notice } from "../../ui/notice.tsx";
import classes from "./asks.module.css";
import type { WordsWanted } from "./asks-api.ts";
import { withText } from "./sampling-draft.ts";

interface SamplingMessagesProps {
  messages: WordsWanted["messages"];
  onChange(messages: WordsWanted["messages"]): void;
}

const ROLES = { user: "Message", assistant: "Earlier answer" } as const;

/** What a model would be asked, message by message. */
export function SamplingMessages({ messages, onChange }: SamplingMessagesProps) {
  return (
    <div className={classes.messages}>
      {messages.map(({ role, content }, message) =>
        content.map((block, at) => {
          const key = `${message}-${at}`;
          const label = messages.length > 1 ? `${ROLES[role]} ${message + 1}` : ROLES[role];
          if (block.type !== "text") return <Other key={key} label={label} block={block} />;
          return (
            <Textarea
              key={key}
              label={label}
              autosize
              minRows={2}
              maxRows={10}
              value={String(block.text ?? "")}
              onChange={(event) => onChange(withText(messages, { message, block: at, text: event.currentTarget.value }))}
            />
          );
        }),
      )}
    </div>
  );
}

const PICTURES = /^image\/(png|jpeg|gif|webp)$/;

/** What is no text: an image is shown, for it is sent; anything else no model of ours takes. */
function Other({ label, block: { type, mimeType, data } }: { label: string; block: Readonly<Record<string, unknown>> }) {
  if (type !== "image" || typeof data !== "string" || typeof mimeType !== "string" || !PICTURES.test(mimeType))
    return (
      <Notice tone="amber">{label} has something that models are not sent here. The request cannot be asked as it is.</Notice>
    );
  return <img className={classes.image} src={`data:${mimeType};base64,${data}`} alt={`${label}, as the model gets it`} />;
}
