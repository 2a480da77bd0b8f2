import { Button, Modal, Stack } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { ServerView } from "../../../../schemas/wire.ts";
import type { ServerRequestView } from "../../../../schemas/wire-asks.ts";
import { useAction } from "../../lib/use-action.ts";
import { Notice } from "../../ui/notice.tsx";
import { ServerIcon } from "../../ui/server-icon.tsx";
import { visibleString } from "../../ui/visible-text.ts";
import type { EndedHow } from "./ask-queue.ts";
import classes from "./asks.module.css";
import type { AskAnswer } from "./asks-api.ts";
import { FormAsk } from "./form-ask.tsx";
import { SamplingAsk } from "./sampling-ask.tsx";
import type { Asks } from "./use-asks.ts";
import { VisitAsk, Visiting } from "./visit-ask.tsx";

interface AskDialogProps {
  asks: Asks;
  servers: readonly ServerView[];
}

/** One request of a server at a time. A click beside it does nothing, Escape and the cross put it off: only its buttons answer. */
export function AskDialog({ asks, servers }: AskDialogProps) {
  const { requests, shown, ended, visiting } = asks.queue;
  const request = requests.find(({ id }) => id === shown) ?? null;
  const about = request ?? ended?.request ?? visiting;
  const server = servers.find(({ name }) => name === about?.server);
  const title = server?.title ?? about?.server ?? "";
  return (
    <Modal
      opened={about !== null}
      onClose={asks.later}
      closeOnClickOutside={false}
      size={about?.kind === "sampling" ? "lg" : "md"}
      title={
        about !== null && (
          <span className={classes.title}>
            <ServerIcon name={about.server} title={title} iconPath={server?.iconPath ?? null} size={36} />
            <span>
              {visibleString(title)} {WORDS[kindOf(about)]}
            </span>
          </span>
        )
      }
    >
      {request !== null && <Body key={request.id} asks={asks} request={request} title={title} />}
      {request === null && ended !== null && (
        <Ended how={ended.how} more={requests.length} onClose={asks.later} onNext={() => asks.open(null)} />
      )}
      {request === null && ended === null && visiting !== null && (
        <Visiting request={visiting} title={title} onClose={asks.later} />
      )}
    </Modal>
  );
}

type Kind = "form" | "visit" | "sampling";
const WORDS: Readonly<Record<Kind, string>> = {
  form: "asks you",
  visit: "wants you to visit a page",
  sampling: "asks for a model’s words",
};

function kindOf({ kind, params }: ServerRequestView): Kind {
  return kind === "sampling" ? kind : params.mode === "url" ? "visit" : "form";
}

/** A second click that was meant for the request before must not answer this one. */
const REST_MS = 600;
const BODIES = { form: FormAsk, visit: VisitAsk, sampling: SamplingAsk };

function Body({ asks, request, title }: { asks: Asks; request: ServerRequestView; title: string }) {
  const { requests } = asks.queue;
  const answering = useAction((answer: AskAnswer) => asks.answer(request, answer));
  const Kind = BODIES[kindOf(request)];
  const at = requests.findIndex(({ id }) => id === request.id);
  const other = (by: number) => asks.open(requests[(at + by + requests.length) % requests.length]?.id ?? null);
  const top = useRef<HTMLDivElement>(null);
  const [isResting, setResting] = useState(() => performance.now() - asks.answeredAt.current < REST_MS);
  useEffect(() => {
    // The one before may have gone with the focus in it.
    if (document.activeElement === document.body) top.current?.focus();
    const timer = setTimeout(() => setResting(false), REST_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div ref={top} tabIndex={-1} className={classes.body}>
      {requests.length > 1 && (
        <div className={classes.turns}>
          <span>
            {at + 1} of {requests.length}
          </span>
          <Button variant="subtle" size="compact-sm" onClick={() => other(-1)}>
            Previous
          </Button>
          <Button variant="subtle" size="compact-sm" onClick={() => other(1)}>
            Next
          </Button>
        </div>
      )}
      <div inert={isResting}>
        <Kind request={request} title={title} drafts={asks.drafts} answering={answering} onLater={asks.later} />
      </div>
    </div>
  );
}

const ENDED: Readonly<Record<EndedHow, string>> = {
  answered: "This was answered in another tab.",
  expired: "The time to answer is over; the server was told that nobody did.",
  withdrawn: "The server does not ask any more: the call that needed it has ended.",
  gone: "This is not open any more: it was answered elsewhere, or the server does not ask any more.",
};

interface EndedProps {
  how: EndedHow;
  more: number;
  onClose(): void;
  onNext(): void;
}

function Ended({ how, more, onClose, onNext }: EndedProps) {
  return (
    <Stack gap="md">
      <div role="status">
        <Notice tone="amber">{ENDED[how]}</Notice>
      </div>
      <div className={classes.buttons}>
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        {more > 0 && <Button onClick={onNext}>Next request</Button>}
      </div>
    </Stack>
  );
}
