import { Button } from "@mantine/core";
import { KeyRound, type LucideIcon, MessagesSquare, SquareTerminal } from "lucide-react";
import type { ReactNode } from "react";
import type { ModelEndpointView, ModelsView } from "../../../../schemas/chat-wire.ts";
import type { Loaded } from "../../lib/use-request.ts";
import { asSentence } from "../../ui/as-sentence.ts";
import { Failure } from "../../ui/notice.tsx";
import { visibleString } from "../../ui/visible-text.ts";
import classes from "./chat-page.module.css";

interface WelcomeProps {
  models: Loaded<ModelsView>;
  onKey(endpoint: ModelEndpointView): void;
}

/** Before the first word: what this is, and what is missing for it. */
export function Welcome({ models: { data, error }, onKey }: WelcomeProps) {
  if (data === null)
    return (
      <Greeting icon={MessagesSquare} title="Chat">
        {error !== null && <Failure error={error} />}
      </Greeting>
    );
  if (data.reason === null) {
    return (
      <Greeting icon={MessagesSquare} title="What shall we do?">
        <p>Pick servers under the input: their tools work in the conversation, and you see every call.</p>
      </Greeting>
    );
  }
  const keyless = data.endpoints.filter(
    ({ needsOwnKey, needsOwnAddress, isKeySet }) => (needsOwnKey || needsOwnAddress) && !isKeySet,
  );
  const console = (
    <p>
      The tool console works without a model: pick servers, type <kbd className={classes.key}>/</kbd>, and run their tools and
      prompts yourself.
    </p>
  );
  if (keyless.length > 0) {
    return (
      <Greeting icon={KeyRound} title="Enter a key to begin">
        <p>Each person talks to these models with a key of their own.</p>
        <div className={classes.keys}>
          {keyless.map((endpoint) => (
            <Button key={endpoint.name} onClick={() => onKey(endpoint)}>
              Enter your key for {visibleString(endpoint.label)}
            </Button>
          ))}
        </div>
        {console}
      </Greeting>
    );
  }
  return (
    <Greeting icon={SquareTerminal} title="Tool console">
      {console}
      <p className={classes.reason}>{asSentence(visibleString(data.reason))}</p>
    </Greeting>
  );
}

function Greeting({ icon: Icon, title, children }: { icon: LucideIcon; title: string; children: ReactNode }) {
  return (
    <div className={classes.welcome}>
      <Icon size={30} aria-hidden="true" />
      <h2>{title}</h2>
      {children}
    </div>
  );
}
