import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { KeyRound, Plug, RotateCw, SlidersHorizontal, Unplug, Wrench, X } from "lucide-react";
import type { ConnectionState } from "../../../../schemas/wire.ts";
import { useAction } from "../../lib/use-action.ts";
import classes from "./server-card.module.css";

interface CardActionsProps {
  state: ConnectionState;
  /** A sign-in is open: the way back to it stands here. */
  signingIn: boolean;
  configurable: boolean;
  missingCount: number;
  /** The server does not take the values it was given. */
  refused: boolean;
  onInitialize(): Promise<void>;
  onDisconnect(): Promise<void>;
  onSignIn(): void;
  onCancelSignIn(): Promise<void>;
  onConfigure(): void;
  onTools(): void;
}

/** The one thing most people want now comes first and is filled; the others stand behind it. */
export function CardActions(props: CardActionsProps) {
  const { state, signingIn, configurable, missingCount, refused, onSignIn, onConfigure, onTools } = props;
  const initialize = useAction(props.onInitialize);
  const disconnect = useAction(props.onDisconnect);
  const cancel = useAction(props.onCancelSignIn);
  const valuesFirst = configurable && (missingCount > 0 || refused) && state !== "connected";
  const signInNext = !valuesFirst && (state === "oauth_required" || signingIn);
  const opening = state === "initializing" || state === "cancelling";
  return (
    <div className={classes.actions}>
      {state === "connected" && (
        <Button leftSection={<Wrench size={16} aria-hidden="true" />} onClick={onTools}>
          Tools
        </Button>
      )}
      {valuesFirst && <ConfigureButton missingCount={missingCount} onClick={onConfigure} filled />}
      {signInNext && (
        <Button leftSection={<KeyRound size={16} aria-hidden="true" />} onClick={onSignIn}>
          Sign in
        </Button>
      )}
      {state !== "connected" && !opening && !signInNext && (
        <Button
          variant={valuesFirst ? "default" : "filled"}
          leftSection={<Plug size={16} aria-hidden="true" />}
          loading={initialize.busy}
          onClick={() => void initialize.run()}
        >
          {state === "error" ? "Reinitialize" : "Initialize"}
        </Button>
      )}
      {configurable && !valuesFirst && <ConfigureButton missingCount={missingCount} onClick={onConfigure} />}
      <span className={classes.icons}>
        {state === "connected" && (
          <IconAction
            label="Reinitialize"
            icon={<RotateCw size={16} />}
            busy={initialize.busy}
            onClick={() => void initialize.run()}
          />
        )}
        {state === "disconnected" && !valuesFirst && (
          <IconAction label="Tools" icon={<Wrench size={16} />} busy={false} onClick={onTools} />
        )}
        {signingIn && (
          <IconAction label="Cancel sign-in" icon={<X size={16} />} busy={cancel.busy} onClick={() => void cancel.run()} />
        )}
        {state !== "disconnected" && !signingIn && (
          <IconAction
            label={opening ? "Cancel" : "Disconnect"}
            icon={opening ? <X size={16} /> : <Unplug size={16} />}
            busy={disconnect.busy}
            onClick={() => void disconnect.run()}
          />
        )}
      </span>
    </div>
  );
}

function ConfigureButton({ missingCount, filled = false, onClick }: { missingCount: number; filled?: boolean; onClick(): void }) {
  return (
    <Button
      variant={filled ? "filled" : "default"}
      leftSection={<SlidersHorizontal size={16} aria-hidden="true" />}
      onClick={onClick}
    >
      Configure
      {missingCount > 0 && (
        <span className={classes.missing}>
          {missingCount}
          <span className="pb-hidden"> missing</span>
        </span>
      )}
    </Button>
  );
}

interface IconActionProps {
  label: string;
  icon: React.ReactNode;
  busy: boolean;
  onClick(): void;
}

function IconAction({ label, icon, busy, onClick }: IconActionProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} loading={busy} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
