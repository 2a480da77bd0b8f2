import type { ConnectionStatus } from "../../schemas/wire.ts";
import type { AppError } from "../errors/app-error.ts";
import type { ReinitializeOutcome } from "./user-connections.ts";

/** Says what a reinitialize did, in LibreChat's four failure reasons and in a sentence. */
export function reinitializeOutcome(status: ConnectionStatus, failure: AppError | null, keptOld: boolean): ReinitializeOutcome {
  if (failure === null) {
    return { ok: true, status, failureReason: null, missingUserVars: [], keptOld: false, message: "Connected" };
  }
  const kept = keptOld ? "; the connection you had stays in use" : "";
  return {
    ok: false,
    status,
    failureReason: reasonOf(failure),
    missingUserVars: failure.code === "USER_VARS_MISSING" ? (failure.missing ?? []) : [],
    keptOld,
    message: `${failure.message}${kept}`,
  };
}

function reasonOf(failure: AppError): ReinitializeOutcome["failureReason"] {
  switch (failure.code) {
    case "USER_VARS_MISSING":
      return "missing_custom_user_vars";
    case "OAUTH_REQUIRED":
      return "oauth_required";
    case "CONNECT_FAILED":
    case "CONNECT_TIMEOUT":
    case "CERTIFICATE_REFUSED":
    case "COMMAND_NOT_FOUND":
    case "TARGET_BLOCKED":
      return "unreachable";
    default:
      return "initialization_failed";
  }
}
