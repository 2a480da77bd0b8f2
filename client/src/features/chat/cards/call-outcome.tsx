import { Button } from "@mantine/core";
import { Download, KeyRound, SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import type { ChatError, ChatPart } from "../../../../../schemas/chat-wire.ts";
import { useAction } from "../../../lib/use-action.ts";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import { Failure, Notice } from "../../../ui/notice.tsx";
import { AnswerContent } from "../../../ui/results/answer-content.tsx";
import type { CallView } from "../blocks.ts";
import { readPart, readResource } from "./calls-api.ts";
import { useCardWorld } from "./card-world.tsx";
import classes from "./tool-card.module.css";

type ToolResult = Extract<ChatPart, { type: "tool_result" }>;

interface CallOutcomeProps {
  messageId: string;
  view: CallView;
}

/** What came of a call, by its kind. */
export function CallOutcome({ messageId, view }: CallOutcomeProps) {
  const { call, answered, result, resultIndex, state } = view;
  if (answered?.answer === "rejected") {
    return (
      <p className={classes.quiet}>
        You rejected it{answered.reason === undefined ? "." : ": "}
        {answered.reason !== undefined && <ForeignText maxLength={2_000}>{answered.reason}</ForeignText>}
      </p>
    );
  }
  if (answered?.answer === "expired") return <p className={classes.quiet}>Nobody approved it in time. It did not run.</p>;
  if (result === null) {
    return (
      <Notice tone={state === "unknown" ? "orange" : "blue"}>
        {state === "unknown"
          ? "The platform ended during the call. It may have run, and nobody knows what came of it."
          : "It ended before it was approved. It did not run."}
      </Notice>
    );
  }
  if (result.error !== null) return <CallError error={result.error} server={call.server} />;
  return (
    <div className={classes.part}>
      <span className="pb-label">{result.isError ? "The tool reports an error" : "Result"}</span>
      {result.omittedBytes === undefined ? (
        <Content server={call.server} result={result} />
      ) : (
        <LargeResult messageId={messageId} index={resultIndex} bytes={result.omittedBytes} server={call.server} />
      )}
    </div>
  );
}

function Content({ server, result }: { server: string; result: ToolResult }) {
  return (
    <AnswerContent
      content={result.content}
      structuredContent={result.structuredContent}
      readResource={(uri) => readResource(server, uri)}
    />
  );
}

interface LargeResultProps {
  messageId: string;
  index: number;
  bytes: number;
  server: string;
}

/** What was too large to come along: fetched when somebody wants to see it. */
function LargeResult({ messageId, index, bytes, server }: LargeResultProps) {
  const { conversationId } = useCardWorld();
  const [full, setFull] = useState<ToolResult | null>(null);
  const fetchIt = useAction(async () => {
    const part = await readPart(conversationId, messageId, index);
    if (part.type === "tool_result") setFull(part);
  });
  if (full !== null) return <Content server={server} result={full} />;
  return (
    <>
      <Failure error={fetchIt.error} />
      <div className={classes.foot}>
        <Button
          size="xs"
          variant="default"
          leftSection={<Download size={14} aria-hidden="true" />}
          loading={fetchIt.busy}
          onClick={() => void fetchIt.run()}
        >
          Show the result ({Math.ceil(bytes / 1_024)} KiB)
        </Button>
      </div>
    </>
  );
}

const SIGN_IN_CODES = ["OAUTH_REQUIRED", "OAUTH_SCOPE_REQUIRED"];

/** Why it did not come to an answer, with the way to mend it where a person can. */
function CallError({ error, server }: { error: ChatError; server: string }) {
  const { onSignIn, onConfigure } = useCardWorld();
  return (
    <Failure error={error}>
      {SIGN_IN_CODES.includes(error.code) && (
        <div>
          <Button mt={8} size="xs" leftSection={<KeyRound size={14} aria-hidden="true" />} onClick={() => onSignIn(server)}>
            Sign in
          </Button>
        </div>
      )}
      {error.code === "USER_VARS_MISSING" && (
        <div>
          <Button
            mt={8}
            size="xs"
            leftSection={<SlidersHorizontal size={14} aria-hidden="true" />}
            onClick={() => onConfigure(server)}
          >
            Configure
          </Button>
        </div>
      )}
    </Failure>
  );
}
