import { ERROR_CODES } from "../../../../schemas/error-codes.ts";
import type { ConnectionStatus, StatusReason } from "../../../../schemas/wire.ts";
import { asSentence } from "../../ui/as-sentence.ts";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { Until } from "../../ui/since.tsx";
import classes from "./server-card.module.css";

interface ServerReasonProps {
  status: ConnectionStatus;
  /** Titles of values by name: people know the titles. */
  titles: ReadonlyMap<string, string>;
}

/** Why a connection is not there, what to do, and when it is tried again by itself. */
export function ServerReason({ status: { state, reason, retryAt }, titles }: ServerReasonProps) {
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
        {nextStep(reason)}{" "}
        {retryAt !== null && state !== "initializing" && (
          <>
            Next try <Until at={retryAt} />.
          </>
        )}
      </span>
    </div>
  );
}

function nextStep({ code }: StatusReason): string {
  return code in ERROR_CODES ? ERROR_CODES[code as keyof typeof ERROR_CODES].next : "";
}
