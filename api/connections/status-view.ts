import type { ConnectionStatus, StatusReason, StatusWarning } from "../../schemas/wire.ts";
import type { AppError } from "../errors/app-error.ts";
import type { ConnectionState } from "../mcp/connection/connection-state.ts";

const REST_WORDS = {
  NOT_CONNECTED_YET: "Not connected yet",
  DISCONNECTED_BY_USER: "You disconnected it",
  IDLE: "Closed after a while without use; it opens again when needed",
  STOPPED: "The program had nothing to do and ended; it starts again when needed",
  CONFIG_CHANGED: "Its configuration changed",
} as const;

const SIGNING_IN: StatusReason = { code: "SIGNING_IN", message: "Waiting for you to sign in" };

/** What a person sees of a connection's state. `version` and `server` are the board's business. */
export function viewOf(
  state: ConnectionState,
  warnings: readonly StatusWarning[] = [],
): Omit<ConnectionStatus, "server" | "version"> {
  const view = (status: ConnectionStatus["state"], reason: StatusReason | null = null, retryAt: number | null = null) => ({
    state: status,
    reason,
    since: state.at,
    retryAt,
    warnings: status === "connected" ? warnings : [],
  });
  switch (state.phase) {
    case "resting":
      return view("disconnected", { code: state.reason, message: REST_WORDS[state.reason] });
    case "opening":
    case "replacing":
      return view("initializing");
    case "open":
      return view("connected");
    case "signingIn":
      return view("initializing", SIGNING_IN);
    case "cancelling":
      return view("cancelling");
    case "waiting":
      return view("error", reasonOf(state.why), state.retryAt);
    case "failed":
      return view(failedAs(state.why), reasonOf(state.why));
  }
}

/** Something that a person has to provide is not a fault of the server. */
function failedAs(why: AppError): ConnectionStatus["state"] {
  switch (why.code) {
    case "OAUTH_REQUIRED":
    case "OAUTH_SCOPE_REQUIRED":
    case "OAUTH_DENIED":
    case "OAUTH_EXPIRED":
    case "OAUTH_FAILED":
      return "oauth_required";
    case "OPENID_EXPIRED":
    case "OBO_FORBIDDEN":
    case "USER_VARS_MISSING":
    case "USER_FIELD_MISSING":
    case "ENV_MISSING":
    case "VALUE_NOT_SENDABLE":
    case "CONNECTION_REPLACED":
      return "disconnected";
    default:
      return "error";
  }
}

function reasonOf(why: AppError): StatusReason {
  return { code: why.code, message: why.message, ...(why.missing === undefined ? {} : { missing: why.missing }) };
}
