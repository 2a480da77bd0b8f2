import { MessagesSquare } from "lucide-react";
import type { ModelsView } from "../../../../schemas/chat-wire.ts";
import type { Loaded } from "../../lib/use-request.ts";
import { Failure, Notice } from "../../ui/notice.tsx";
import classes from "./chat-page.module.css";

/** Before the first word: what this is, and what is missing for it. */
export function Welcome({ models }: { models: Loaded<ModelsView> }) {
  const reason = models.data?.reason ?? null;
  return (
    <div className={classes.welcome}>
      <MessagesSquare size={30} aria-hidden="true" />
      <h2>{reason === null ? "What shall we do?" : "Tool console"}</h2>
      <Failure error={models.error} />
      {reason === null ? (
        <p>Pick servers under the input: their tools work in the conversation, and you see every call.</p>
      ) : (
        <Notice>
          No model is configured, so this is a tool console: pick servers, type <kbd>/</kbd>, and run their tools and prompts
          yourself. {reason}
        </Notice>
      )}
    </div>
  );
}
