import { ERROR_CODES } from "../../schemas/error-codes.ts";
import type { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import { tryBudget } from "./try-budget.ts";

export interface RetryPlanOptions {
  clock: Clock;
  /** Milliseconds to wait after failed try number n, null to give up; `isDown`: the endpoint fails for everybody. */
  retryAfterMs: (attempt: number, options: { isDown: boolean }) => number | null;
}

/** When one connection tries again. All times are epoch milliseconds. */
export interface RetryPlan {
  /** When to try again after try number `attempt` failed; null: that is left to a person. */
  after(why: AppError, attempt: number): number | null;
  /** The same after an open session was lost. */
  afterLoss(why: AppError): number | null;
  /** It was open until lately: what ended it is likely to pass soon. */
  mayComeBack(): boolean;
  /** It is open again, or closed on purpose. */
  settled(): void;
  /** A person wants it now: earlier losses do not count. */
  forgive(): void;
}

/** What was open is likely to come back this soon: a restart, a deployment. */
const COMES_BACK_WITHIN_MS = 60_000;
/** Tried at least this often meanwhile. */
const AWAY_RETRY_MS = 3_000;
const MAX_LOSSES = 5;
const LOSSES_WITHIN_MS = 60_000;

export function retryPlan({ clock, retryAfterMs }: RetryPlanOptions): RetryPlan {
  /** When sessions were lost lately. */
  const losses: number[] = [];
  /** Since when it is away, after it was open. */
  let lostAt: number | null = null;
  const budget = tryBudget();
  let isForPeople = false;
  const mayComeBack = () => lostAt !== null && !isForPeople && clock.now() - lostAt < COMES_BACK_WITHIN_MS;

  /** Restart intensity: what keeps ending right after it started is left to a person. */
  const losesTooOften = () => {
    const now = clock.now();
    losses.push(now);
    losses.splice(0, losses.length - MAX_LOSSES);
    return losses.length === MAX_LOSSES && now - (losses[0] ?? now) < LOSSES_WITHIN_MS;
  };

  /** Only what may pass by itself is tried again; a wrong key or a missing command is left to people. */
  const after = (why: AppError, attempt: number): number | null => {
    // No restart mends a certificate: tried on, but nobody is made to wait for it.
    isForPeople = why.code === "CERTIFICATE_REFUSED";
    if (!ERROR_CODES[why.code].retryable) return null;
    if (!why.wasHeldBack && !mayComeBack()) budget.spend(clock.now());
    const backoffMs = retryAfterMs(attempt, { isDown: isDown(why) || mayComeBack() });
    if (backoffMs === null) return null;
    const withinBudgetMs = Math.max(backoffMs, budget.allowsAt() - clock.now());
    const afterMs = mayComeBack() ? Math.min(backoffMs, AWAY_RETRY_MS) : withinBudgetMs;
    return clock.now() + (why.wasHeldBack ? (why.retryAfterMs ?? afterMs) : Math.max(afterMs, why.retryAfterMs ?? 0));
  };

  return {
    after,
    afterLoss(why) {
      lostAt = clock.now();
      return losesTooOften() ? null : after(why, 0);
    },
    mayComeBack,
    settled() {
      lostAt = null;
      budget.clear();
    },
    forgive() {
      losses.length = 0;
      budget.clear();
    },
  };
}

/** The endpoint's trouble, not this person's: it passes without them, and the way there lets no storm through. */
function isDown({ isEndpointDown, wasHeldBack }: AppError): boolean {
  return isEndpointDown || wasHeldBack;
}
