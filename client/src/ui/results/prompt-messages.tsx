import { JsonView } from "../json-view.tsx";
import { ContentBlock } from "./content-block.tsx";
import { isRecord } from "./content-fields.ts";
import classes from "./tool-answer.module.css";

/** What a prompt says: each message with who would say it. */
export function PromptMessages({ messages }: { messages: readonly unknown[] }) {
  if (messages.length === 0) return <p className={classes.quiet}>The prompt says nothing.</p>;
  return messages.map((message, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the messages of one prompt have no other identity
    <div key={index} className={classes.box}>
      <span className="pb-label">{isRecord(message) && message.role === "assistant" ? "As the assistant" : "As you"}</span>
      {isRecord(message) && isRecord(message.content) ? <ContentBlock block={message.content} /> : <JsonView value={message} />}
    </div>
  ));
}
