import { Button } from "@mantine/core";
import { Play, X } from "lucide-react";
import type { ApprovalView } from "../../../../schemas/wire-functions.ts";
import type { ApiError } from "../../lib/api-client.ts";
import { useAction } from "../../lib/use-action.ts";
import { useRequest } from "../../lib/use-request.ts";
import { asSentence } from "../../ui/as-sentence.ts";
import { DefinitionChange } from "../../ui/definition-change.tsx";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { JsonView } from "../../ui/json-view.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import classes from "./approval-offer.module.css";
import { answerApproval, findApproval } from "./tools-api.ts";

interface ApprovalOfferProps {
  error: ApiError;
  /** Sends the same call again with the approval. */
  onApproved(approval: string): void;
  onRejected(): void;
}

/** A call that did not run because it has to be approved: what would run, what changed, and the two answers. */
export function ApprovalOffer({ error, onApproved, onRejected }: ApprovalOfferProps) {
  const id = error.details?.[0]?.expected ?? "";
  const asked = useRequest(`approval ${id}`, (signal) => findApproval(id, signal));
  const approve = useAction(async () => {
    await answerApproval(id, "approve");
    onApproved(id);
  });
  const reject = useAction(async () => {
    await answerApproval(id, "reject");
    onRejected();
  });
  return (
    <div role="alert">
      <Notice tone="amber">
        <strong>Nothing was run yet.</strong> <ForeignText>{asSentence(error.message)}</ForeignText>
        {asked.data !== null && <Asked approval={asked.data} />}
        <Failure error={approve.error ?? reject.error} />
        <div className={classes.buttons}>
          <Button
            size="xs"
            leftSection={<Play size={14} aria-hidden="true" />}
            loading={approve.busy}
            onClick={() => void approve.run()}
          >
            Approve and run
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<X size={14} aria-hidden="true" />}
            loading={reject.busy}
            onClick={() => void reject.run()}
          >
            Do not run
          </Button>
        </div>
      </Notice>
    </div>
  );
}

function Asked({ approval: { change, arguments: args } }: { approval: ApprovalView }) {
  return (
    <div className={classes.asked}>
      {change !== null && <DefinitionChange change={change} />}
      {Object.keys(args).length > 0 && <JsonView value={args} />}
    </div>
  );
}
