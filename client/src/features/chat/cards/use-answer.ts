import type { ChatMessage } from "../../../../../schemas/chat-wire.ts";
import { type Action, useAction } from "../../../lib/use-action.ts";
import { type ApprovalAnswer, answerApproval } from "./calls-api.ts";
import { useCardWorld } from "./card-world.tsx";

/** A person's word on a call. After a restart nobody waits for it any more: then the answer is gone on with. */
export function useAnswer({
  id: messageId,
  state,
}: Pick<ChatMessage, "id" | "state">): Action<[id: string, answer: ApprovalAnswer]> {
  const { onGoOn, isBusy } = useCardWorld();
  return useAction(async (id, answer) => {
    await answerApproval(id, answer);
    if (state === "interrupted" && !isBusy) onGoOn(messageId);
  });
}
