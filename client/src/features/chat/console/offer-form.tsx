import { useEffect, useRef } from "react";
import type { ServerView } from "../../../../../schemas/wire.ts";
import { useAction } from "../../../lib/use-action.ts";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import { Failure } from "../../../ui/notice.tsx";
import { ToolArguments } from "../../../ui/schema-form/tool-arguments.tsx";
import { ServerIcon } from "../../../ui/server-icon.tsx";
import { ToolMarks } from "../../../ui/tool-marks.tsx";
import { PromptForm } from "../attach/prompt-form.tsx";
import type { ConsoleCall } from "../cards/calls-api.ts";
import classes from "./console.module.css";
import type { Offer } from "./offers.ts";
import type { ConsolePrompt } from "./use-console.ts";

interface OfferFormProps {
  offer: Offer;
  servers: readonly ServerView[];
  onCall(call: ConsoleCall): Promise<void>;
  onPrompt(prompt: ConsolePrompt): Promise<void>;
}

/** What was chosen, and what it wants to know. */
export function OfferForm({ offer, servers, onCall, onPrompt }: OfferFormProps) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  const server = servers.find(({ name }) => name === offer.server);
  const title = server?.title ?? offer.server;
  return (
    <>
      <div className={classes.chosen}>
        <ServerIcon name={offer.server} title={title} iconPath={server?.iconPath ?? null} size={28} />
        <h2 ref={head} tabIndex={-1} className={classes.title}>
          <ForeignText maxLength={160}>{offer.title}</ForeignText>
        </h2>
        <span className={classes.optionServer}>
          <ForeignText maxLength={80}>{title}</ForeignText>
        </span>
      </div>
      {offer.kind === "tool" ? (
        <ToolForm offer={offer} onCall={onCall} />
      ) : (
        <PromptForm
          server={offer.server}
          prompt={offer.prompt}
          onPrompt={({ server, prompt, values }) => onPrompt({ server, prompt, arguments: values })}
        />
      )}
    </>
  );
}

interface ToolFormProps {
  offer: Extract<Offer, { kind: "tool" }>;
  onCall(call: ConsoleCall): Promise<void>;
}

function ToolForm({ offer: { server, tool }, onCall }: ToolFormProps) {
  const call = useAction(onCall);
  return (
    <>
      <ToolMarks annotations={tool.annotations} />
      {tool.description !== null && (
        <p className={classes.optionDescription}>
          <ForeignText maxLength={600}>{tool.description}</ForeignText>
        </p>
      )}
      <Failure error={call.error} />
      <ToolArguments
        inputSchema={tool.inputSchema}
        running={call.busy}
        autoFocus
        onRun={(args) => void call.run({ server, tool: tool.name, arguments: args })}
        cancel={null}
      />
    </>
  );
}
