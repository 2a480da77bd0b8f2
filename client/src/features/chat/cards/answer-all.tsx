import { Button } from "@mantine/core";
import { CheckCheck, X } from "lucide-react";
import type { ChatMessage } from "../../../../../schemas/chat-wire.ts";
import { useAction } from "../../../lib/use-action.ts";
import { Failure } from "../../../ui/notice.tsx";
import type { CallView } from "../blocks.ts";
import { answerApproval } from "./calls-api.ts";
import { useCardWorld } from "./card-world.tsx";
import classes from "./tool-group.module.css";

interface AnswerAllProps {
  message: Pick<ChatMessage, "id" | "state">;
  waiting: readonly CallView[];
}

/** One word for several calls that are shown. A yes only where none of them is different from what was allowed before. */
export function AnswerAll({ message, waiting }: AnswerAllProps) {
  const { approvals, isBusy, onGoOn } = useCardWorld();
  const open = waiting.flatMap(({ asked }) => approvals.waiting.get(asked?.approvalId ?? "") ?? []);
  const answer = useAction(async (action: "approve" | "reject") => {
    for (const { id } of open) await answerApproval(id, { action });
    if (message.state === "interrupted" && !isBusy) onGoOn(message.id);
  });
  if (open.length < 2) return null;
  return (
    <div className={classes.all}>
      {open.every(({ change }) => change === null) && (
        <Button
          size="xs"
          leftSection={<CheckCheck size={15} aria-hidden="true" />}
          disabled={answer.busy}
          onClick={() => void answer.run("approve")}
        >
          Approve all {open.length}
        </Button>
      )}
      <Button
        size="xs"
        variant="default"
        leftSection={<X size={15} aria-hidden="true" />}
        disabled={answer.busy}
        onClick={() => void answer.run("reject")}
      >
        Reject all {open.length}
      </Button>
      <Failure error={answer.error} />
    </div>
  );
}
