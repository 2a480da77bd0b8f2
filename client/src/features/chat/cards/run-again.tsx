import { Button } from "@mantine/core";
import { RotateCw } from "lucide-react";
import { useState } from "react";
import type { ChatPart } from "../../../../../schemas/chat-wire.ts";
import { useAction } from "../../../lib/use-action.ts";
import { ConfirmDialog } from "../../../ui/confirm-dialog.tsx";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import { JsonView } from "../../../ui/json-view.tsx";
import { Failure } from "../../../ui/notice.tsx";
import type { CallState } from "../blocks.ts";
import { callInConsole, listTools } from "./calls-api.ts";
import { useCardWorld } from "./card-world.tsx";
import classes from "./tool-card.module.css";

interface RunAgainProps {
  call: Extract<ChatPart, { type: "tool_call" }> & { arguments: Readonly<Record<string, unknown>> };
  state: CallState;
}

/** The same call once more, as the person's own and by their word only. Confirmed unless the tool is said to only read. */
export function RunAgain({ call, state }: RunAgainProps) {
  const { conversationId, isBusy } = useCardWorld();
  const [isAsking, setAsking] = useState(false);
  const { server, tool, arguments: args } = call;
  const run = useAction(async () => {
    await callInConsole(conversationId, { server, tool, arguments: args });
  });
  const begin = useAction(async () => {
    if (await onlyReads(server, tool)) await run.run();
    else setAsking(true);
  });
  return (
    <>
      <Button
        size="xs"
        variant="default"
        disabled={isBusy}
        leftSection={<RotateCw size={14} aria-hidden="true" />}
        loading={begin.busy || run.busy}
        onClick={() => void begin.run()}
      >
        Run again
      </Button>
      <Failure error={begin.error ?? run.error} />
      <ConfirmDialog
        opened={isAsking}
        title="Run it again?"
        confirmLabel="Run again"
        keepLabel="Cancel"
        onClose={() => setAsking(false)}
        onConfirm={run.run}
      >
        <div className={classes.part}>
          <p>
            <strong>
              <ForeignText maxLength={160}>{tool}</ForeignText>
            </strong>{" "}
            may change things{state === "unknown" ? ", and the first call may have run" : ""}. It is sent once more with these
            arguments.
          </p>
          <JsonView value={args} />
        </div>
      </ConfirmDialog>
    </>
  );
}

/** By what the server says. Where that cannot be learned, it counts as one that changes things. */
async function onlyReads(server: string, tool: string): Promise<boolean> {
  const tools = await listTools(server).catch(() => []);
  return tools.find(({ name }) => name === tool)?.annotations.readOnlyHint === true;
}
