import { useState } from "react";
import type { ConnectionStatus } from "../../../../schemas/wire.ts";
import { nextStep } from "../../lib/reason-words.ts";
import { asSentence } from "../../ui/as-sentence.ts";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { Until } from "../../ui/since.tsx";
import classes from "./server-card.module.css";

interface ServerReasonProps {
  status: ConnectionStatus;
  /** Titles of values by name: people know the titles. */
  titles: ReadonlyMap<string, string>;
  /** Admins are told what an operator can do. */
  isAdmin: boolean;
}

/** Why a connection is not there, what to do, and when it is tried again by itself. */
export function ServerReason({ status, titles, isAdmin }: ServerReasonProps) {
  const shown = useShown(status);
  const { state, reason, retryAt } = shown;
  if (reason === null || state === "connected" || reason.code === "NOT_CONNECTED_YET") return null;
  const missing = reason.missing ?? [];
  const tone = state === "error" ? "error" : missing.length > 0 || state === "oauth_required" ? "attention" : "plain";
  return (
    <div className={classes.reason} data-tone={tone}>
      <span>
        {reason.code === "USER_VARS_MISSING" && missing.length > 0 ? (
          `Missing: ${missing.map((name) => titles.get(name) ?? name).join(", ")}`
        ) : (
          <ForeignText>{asSentence(reason.message)}</ForeignText>
        )}
      </span>
      <span className={classes.next}>
        {nextStep(shown, isAdmin)}{" "}
        {status.state === "initializing" && reason.code !== "SIGNING_IN"
          ? "Trying again now."
          : retryAt !== null && (
              <>
                Next try <Until at={retryAt} />.
              </>
            )}
      </span>
    </div>
  );
}

/** While a failed connection is tried again, what failed stays in sight: a card must not jump with every try. */
function useShown(status: ConnectionStatus): ConnectionStatus {
  const [failed, setFailed] = useState<ConnectionStatus | null>(null);
  const next = status.state === "error" ? status : status.state === "initializing" ? failed : null;
  if (next !== failed) setFailed(next);
  return next ?? status;
}
