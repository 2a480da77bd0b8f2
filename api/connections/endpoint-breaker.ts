import { AppError } from "../errors/app-error.ts";
import { tryBudget } from "../mcp/connection/try-budget.ts";
import type { Clock } from "../ports/clock.ts";

/** Whose attempt is judged. */
interface Judged {
  readonly userId: string;
  readonly asked: boolean;
}

/**
 * Remembers for all users whether one endpoint is down. Only failures of the endpoint itself count, never a refused
 * key, and only when several people meet them: one person's trouble must not shut out the others.
 */
export interface Breaker {
  readonly state: "closed" | "open" | "probing";
  /** Has the endpoint answered since it was last down? */
  readonly isProven: boolean;
  /** Null: go on; else why not now, with the time to come again. Who goes on must say `tried` or `left`. */
  enter(attempt: Judged): AppError | null;
  /** The same for one that entered and has waited since. */
  stillHeld(attempt: Judged): AppError | null;
  /** What came of it; null when it was opened. */
  tried(attempt: Judged, error: unknown): void;
  /** It ended without having been tried. */
  left(attempt: Judged): void;
}

const FAILURES = 3;
const PEOPLE = 2;
const BASE_MS = 2_000;
const MAX_MS = 60_000;
/** One that was there a moment ago is likely to come back, and soon noticed: a restart, a deployment. */
const RESTART_MS = 60_000;
const RESTART_BASE_MS = 1_000;
/** While one tries for all, the others come again later, unless its success calls them. */
const PROBE_MS = 15_000;

export function createBreaker({ clock, random }: { clock: Clock; random: () => number }): Breaker {
  let state: Breaker["state"] = "closed";
  let isProven = false;
  let until = 0;
  /** Until when it may be a mere restart. */
  let restartUntil = 0;
  let timesOpened = 0;
  let why: AppError | null = null;
  let prober: Judged | null = null;
  let failures = 0;
  const people = new Set<string>();
  const budget = tryBudget();

  const reset = () => {
    state = "closed";
    timesOpened = 0;
    failures = 0;
    prober = null;
    budget.clear();
    people.clear();
  };
  const open = (error: AppError) => {
    state = "open";
    if (isProven) restartUntil = clock.steady() + RESTART_MS;
    isProven = false;
    prober = null;
    const isRestart = clock.steady() < restartUntil;
    const ceilingMs = isRestart ? RESTART_BASE_MS : Math.min(MAX_MS, BASE_MS * 2 ** timesOpened);
    if (!isRestart) timesOpened += 1;
    const dueAt = clock.steady() + Math.max(ceilingMs * (0.5 + random() / 2), error.retryAfterMs ?? 0);
    until = isRestart ? dueAt : Math.max(dueAt, budget.allowsAt());
  };
  const heldBack = (): AppError => {
    const baseMs = clock.steady() < restartUntil ? RESTART_BASE_MS : BASE_MS;
    // Not all at the same moment.
    const waitMs = (state === "probing" ? PROBE_MS : Math.max(0, until - clock.steady())) + (random() * baseMs) / 2;
    const { code, message } = why ?? new AppError("CONNECT_FAILED", "the server cannot be reached");
    return new AppError(code, message, { cause: why ?? undefined, retryAfterMs: waitMs, wasHeldBack: true });
  };

  return {
    get state() {
      return state;
    },
    get isProven() {
      return isProven;
    },
    enter(attempt) {
      if (state === "closed" || attempt.asked) return null;
      if (state === "probing" || clock.steady() < until) return heldBack();
      state = "probing";
      prober = attempt;
      return null;
    },
    stillHeld: (attempt) => (state === "closed" || attempt.asked || attempt === prober ? null : heldBack()),
    tried(attempt, error) {
      if (!isEndpointDown(error)) {
        reset();
        isProven = true;
        return;
      }
      why = error;
      if (clock.steady() >= restartUntil) budget.spend(clock.steady());
      // Latecomers and people who press meanwhile must not push the next try further away.
      if (state !== "closed") return attempt === prober ? open(error) : undefined;
      failures += 1;
      people.add(attempt.userId);
      if (failures >= FAILURES && people.size >= PEOPLE) open(error);
    },
    left(attempt) {
      if (attempt !== prober) return;
      prober = null;
      state = "open";
    },
  };
}

/** Nobody there, no answer in time, or told to stay away: the same for whoever asks. */
function isEndpointDown(error: unknown): error is AppError {
  if (!(error instanceof AppError)) return false;
  return error.isEndpointDown || error.code === "CONNECT_TIMEOUT" || error.code === "RATE_LIMITED";
}
