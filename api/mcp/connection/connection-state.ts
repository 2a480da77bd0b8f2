import type { AppError } from "../../errors/app-error.ts";

/** Why nothing is connected when nobody failed. `STOPPED`: the program had nothing to do and ended by itself. */
export type RestReason = "NOT_CONNECTED_YET" | "DISCONNECTED_BY_USER" | "IDLE" | "STOPPED" | "CONFIG_CHANGED";

/**
 * Where one connection stands. `at` and `retryAt` are epoch milliseconds; `attempt` counts tries since
 * the last success or the last thing a person did.
 */
export type ConnectionState =
  | { readonly phase: "resting"; readonly reason: RestReason; readonly at: number }
  | { readonly phase: "opening"; readonly attempt: number; readonly at: number }
  | { readonly phase: "open"; readonly at: number }
  /** A new session is built beside the one in use. */
  | { readonly phase: "replacing"; readonly openAt: number; readonly at: number }
  | { readonly phase: "waiting"; readonly attempt: number; readonly retryAt: number; readonly why: AppError; readonly at: number }
  | { readonly phase: "failed"; readonly why: AppError; readonly at: number }
  /** A person is on their way through a sign-in, until then at the latest; calls get `why`. */
  | { readonly phase: "signingIn"; readonly until: number; readonly why: AppError; readonly at: number }
  /** A person stopped an attempt that has not ended yet. */
  | { readonly phase: "cancelling"; readonly at: number };

export type ConnectionEvent =
  /** A person, or a call, wants it open. */
  | { readonly type: "open" }
  | { readonly type: "retryDue" }
  | { readonly type: "opened" }
  | { readonly type: "openFailed"; readonly why: AppError; readonly retryAt: number | null }
  | { readonly type: "replace" }
  | { readonly type: "replaceFailed" }
  | { readonly type: "lost"; readonly why: AppError; readonly retryAt: number | null }
  /** The next try comes sooner than planned. */
  | { readonly type: "hurry"; readonly retryAt: number }
  /** A person stops an attempt. */
  | { readonly type: "cancel" }
  | { readonly type: "signInBegan"; readonly until: number; readonly why: AppError }
  /** Only a person can mend what it lacks now. */
  | { readonly type: "lacks"; readonly why: AppError }
  | { readonly type: "closed"; readonly reason: RestReason };

export function initialState(at: number): ConnectionState {
  return { phase: "resting", reason: "NOT_CONNECTED_YET", at };
}

/** Pure: no clock, no I/O, no logging. An event that makes no sense here returns the same state. */
export function transition(state: ConnectionState, event: ConnectionEvent, at: number): ConnectionState {
  switch (event.type) {
    case "open":
      return isBusy(state) ? state : { phase: "opening", attempt: 1, at };
    case "retryDue":
      return state.phase === "waiting" ? { phase: "opening", attempt: state.attempt + 1, at } : state;
    case "opened":
      return state.phase === "opening" || state.phase === "replacing" ? { phase: "open", at } : state;
    case "openFailed":
      return state.phase === "opening" ? failure(event, state.attempt, at) : state;
    case "replace":
      return state.phase === "open" ? { phase: "replacing", openAt: state.at, at } : state;
    case "replaceFailed":
      return state.phase === "replacing" ? { phase: "open", at: state.openAt } : state;
    case "lost":
      if (state.phase === "replacing") return { phase: "opening", attempt: 1, at };
      return state.phase === "open" ? failure(event, 0, at) : state;
    case "hurry":
      return state.phase === "waiting" && event.retryAt < state.retryAt ? { ...state, retryAt: event.retryAt } : state;
    case "cancel":
      return state.phase === "opening" || state.phase === "signingIn" ? { phase: "cancelling", at } : state;
    case "signInBegan":
      return isBusy(state) || state.phase === "cancelling"
        ? state
        : { phase: "signingIn", until: event.until, why: event.why, at };
    case "lacks":
      return { phase: "failed", why: event.why, at };
    case "closed":
      return { phase: "resting", reason: event.reason, at };
  }
}

/** Opening, open, or on the way out: another wish to open changes nothing. */
export function isBusy(state: ConnectionState): boolean {
  return state.phase === "opening" || state.phase === "open" || state.phase === "replacing";
}

function failure({ why, retryAt }: { why: AppError; retryAt: number | null }, attempt: number, at: number): ConnectionState {
  return retryAt === null ? { phase: "failed", why, at } : { phase: "waiting", attempt, retryAt, why, at };
}
