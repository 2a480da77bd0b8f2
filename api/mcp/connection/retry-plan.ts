import { ERROR_CODES } from "../../../schemas/error-codes.ts";
import type { AppError } from "../../errors/app-error.ts";
import type { Clock } from "../../ports/clock.ts";
import { tryBudget } from "./try-budget.ts";

export interface RetryPlanOptions {
  clock: Clock;
  /** Milliseconds to wait after failed try number n, null to give up; `isDown`: the endpoint fails for everybody. */
  retryAfterMs: (attempt: number, options: { isDown: boolean }) => number | null;
}

/** When one connection tries again. */
export interface RetryPlan {
  /** When to try again after try number `attempt` failed, epoch milliseconds; null: that is left to a person. */
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

export function retryPlan(options: RetryPlanOptions): RetryPlan {
  return new Plan(options);
}

/** A class, because every connection has one: methods weigh nothing where closures do. */
class Plan implements RetryPlan {
  readonly #clock: Clock;
  readonly #retryAfterMs: RetryPlanOptions["retryAfterMs"];
  readonly #budget = tryBudget();
  /** When sessions were lost lately. */
  readonly #losses: number[] = [];
  /** Since when it is away, after it was open. */
  #lostAt: number | null = null;
  #isForPeople = false;

  constructor({ clock, retryAfterMs }: RetryPlanOptions) {
    this.#clock = clock;
    this.#retryAfterMs = retryAfterMs;
  }

  /** Only what may pass by itself is tried again; a wrong key or a missing command is left to people. */
  after(why: AppError, attempt: number): number | null {
    const now = this.#clock.steady();
    // No restart mends a certificate: tried on, but nobody is made to wait for it.
    this.#isForPeople = why.code === "CERTIFICATE_REFUSED";
    if (!ERROR_CODES[why.code].retryable) return null;
    const mayComeBack = this.mayComeBack();
    if (!why.wasHeldBack && !mayComeBack) this.#budget.spend(now);
    const backoffMs = this.#retryAfterMs(attempt, { isDown: isDown(why) || mayComeBack });
    if (backoffMs === null) return null;
    const withinBudgetMs = Math.max(backoffMs, this.#budget.allowsAt() - now);
    const afterMs = mayComeBack ? Math.min(backoffMs, AWAY_RETRY_MS) : withinBudgetMs;
    return this.#clock.now() + (why.wasHeldBack ? (why.retryAfterMs ?? afterMs) : Math.max(afterMs, why.retryAfterMs ?? 0));
  }

  afterLoss(why: AppError): number | null {
    this.#lostAt = this.#clock.steady();
    return this.#losesTooOften() ? null : this.after(why, 0);
  }

  mayComeBack(): boolean {
    return this.#lostAt !== null && !this.#isForPeople && this.#clock.steady() - this.#lostAt < COMES_BACK_WITHIN_MS;
  }

  settled(): void {
    this.#lostAt = null;
    this.#budget.clear();
  }

  forgive(): void {
    this.#losses.length = 0;
    this.#budget.clear();
  }

  /** Restart intensity: what keeps ending right after it started is left to a person. */
  #losesTooOften(): boolean {
    const now = this.#clock.steady();
    this.#losses.push(now);
    this.#losses.splice(0, this.#losses.length - MAX_LOSSES);
    return this.#losses.length === MAX_LOSSES && now - (this.#losses[0] ?? now) < LOSSES_WITHIN_MS;
  }
}

/** The endpoint's trouble, not this person's: it passes without them, and the way there lets no storm through. */
function isDown({ isEndpointDown, wasHeldBack }: AppError): boolean {
  return isEndpointDown || wasHeldBack;
}
