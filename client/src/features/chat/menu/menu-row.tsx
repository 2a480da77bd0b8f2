import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { Check, KeyRound, Plug, SlidersHorizontal, X } from "lucide-react";
import { useId, useRef } from "react";
import type { Entry } from "../../../lib/server-entry.ts";
import { useAction } from "../../../lib/use-action.ts";
import { asSentence } from "../../../ui/as-sentence.ts";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import { ServerIcon } from "../../../ui/server-icon.tsx";
import { StatusLight } from "../../../ui/status-light.tsx";
import { visibleString } from "../../../ui/visible-text.ts";
import classes from "./mcp-menu.module.css";
import { nextStepOf } from "./next-step.ts";

interface MenuRowProps {
  entry: Entry;
  picked: boolean;
  onPick(): void;
  onInitialize(): Promise<void>;
  onCancelSignIn(): Promise<void>;
  onSignIn(): void;
  onConfigure(): void;
}

/** One server: picked or not by a click on it, its light, and beside it the one thing it needs. */
export function MenuRow({ entry, picked, onPick, ...steps }: MenuRowProps) {
  const { server, status } = entry;
  const box = useRef<HTMLButtonElement>(null);
  const titleId = useId();
  const textId = useId();
  return (
    <li className={classes.row} data-picked={picked}>
      {/* biome-ignore lint/a11y/useSemanticElements: the whole row is the box, with a light and a description in it */}
      <button
        ref={box}
        type="button"
        role="checkbox"
        aria-checked={picked}
        aria-labelledby={titleId}
        aria-describedby={textId}
        className={classes.pick}
        onClick={onPick}
      >
        <span className={classes.box}>{picked && <Check size={14} strokeWidth={3} aria-hidden="true" />}</span>
        <ServerIcon name={server.name} title={server.title} iconPath={server.iconPath} size={32} />
        <span className={classes.words}>
          <span id={titleId} className={classes.title}>
            <ForeignText maxLength={120}>{server.title}</ForeignText>
          </span>
          <span id={textId} className={classes.description}>
            <RowText entry={entry} />
          </span>
        </span>
      </button>
      <span className={classes.side}>
        <StatusLight state={status?.state ?? null} of={visibleString(server.title)} />
        <RowStep
          entry={entry}
          {...steps}
          // The button goes away with what it did: whoever pressed it stays in this row.
          onInitialize={() => {
            box.current?.focus();
            return steps.onInitialize();
          }}
          onCancelSignIn={() => {
            box.current?.focus();
            return steps.onCancelSignIn();
          }}
        />
      </span>
    </li>
  );
}

/** What is wrong, where something is; else what the server is for. */
function RowText({ entry: { server, status } }: { entry: Entry }) {
  const reason = status?.state === "error" || status?.state === "oauth_required" ? status.reason : null;
  if (reason?.code === "USER_VARS_MISSING") {
    const titles = new Map(server.userVars.map(({ name, title }) => [name, title]));
    const missing = (reason.missing ?? []).map((name) => titles.get(name) ?? name).join(", ");
    if (missing !== "") return <ForeignText maxLength={200}>{`Missing: ${missing}`}</ForeignText>;
  }
  const text = status?.state === "error" && reason !== null ? asSentence(reason.message) : (server.description ?? "");
  return <ForeignText maxLength={200}>{text}</ForeignText>;
}

type RowStepProps = Omit<MenuRowProps, "picked" | "onPick">;

function RowStep({ entry, onInitialize, onCancelSignIn, onSignIn, onConfigure }: RowStepProps) {
  const initialize = useAction(onInitialize);
  const cancel = useAction(onCancelSignIn);
  const step = nextStepOf(entry);
  const of = visibleString(entry.server.title);
  switch (step) {
    case "initialize":
    case "reinitialize": {
      const word = step === "initialize" ? "Initialize" : "Reinitialize";
      return <Step word={word} of={of} icon={<Plug size={15} />} busy={initialize.busy} onClick={() => void initialize.run()} />;
    }
    case "sign-in":
      return <Step word="Sign in" of={of} icon={<KeyRound size={15} />} onClick={onSignIn} />;
    case "configure":
      return entry.status?.state === "connected" ? (
        <Tooltip label="Configure">
          <ActionIcon size={30} aria-label={`Configure ${of}`} onClick={onConfigure}>
            <SlidersHorizontal size={15} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      ) : (
        <Step word="Configure" of={of} icon={<SlidersHorizontal size={15} />} onClick={onConfigure} />
      );
    case "cancel-sign-in":
      return (
        <>
          <Step word="Sign in" of={of} icon={<KeyRound size={15} />} onClick={onSignIn} />
          <Tooltip label="Cancel sign-in">
            <ActionIcon size={30} aria-label={`Cancel sign-in to ${of}`} loading={cancel.busy} onClick={() => void cancel.run()}>
              <X size={15} aria-hidden="true" />
            </ActionIcon>
          </Tooltip>
        </>
      );
    default:
      return null;
  }
}

interface StepProps {
  word: string;
  of: string;
  icon: React.ReactNode;
  busy?: boolean;
  onClick(): void;
}

function Step({ word, of, icon, busy = false, onClick }: StepProps) {
  return (
    <Button size="compact-sm" aria-label={`${word} ${of}`} leftSection={icon} loading={busy} onClick={onClick}>
      {word}
    </Button>
  );
}
