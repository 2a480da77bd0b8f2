import { ERROR_CODES } from "../../schemas/error-codes.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import { type ConnectionEvent, type ConnectionState, initialState, type RestReason, transition } from "./connection-state.ts";
import { fromMcpError } from "./from-mcp-error.ts";
import { leases } from "./leases.ts";
import { type Lender, lendSession, type Patience } from "./lend-session.ts";
import type { McpSession } from "./session.ts";

export interface McpConnectionOptions {
  /**
   * Resolves the user's values and opens a proven session; throws AppError. Must stop when the signal aborts.
   * `asked`: a person wants it now.
   */
  openSession: (signal: AbortSignal, asked: boolean) => Promise<McpSession>;
  clock: Clock;
  /** Milliseconds to wait after failed try number n, null to give up; `isDown`: the endpoint fails for everybody. */
  retryAfterMs: (attempt: number, options: { isDown: boolean }) => number | null;
  /** How long a replaced session may finish its calls. */
  drainMs: number;
  /** Without a call for this long it closes; the next call opens it again. */
  idleMs: number;
  onChange: (state: ConnectionState, before: ConnectionState) => void;
  onToolsChanged: () => void;
  /** What people should know of the session in use has changed. */
  onWarned?: () => void;
}

const SHORT_PATIENCE: Patience = { timeoutMs: 2_000 };
/** What was open is likely to come back this soon: a restart, a deployment. */
const COMES_BACK_WITHIN_MS = 60_000;
/** Tried at least this often meanwhile, and this soon when a call waits for it. */
const AWAY_RETRY_MS = 3_000;
const SOON_MS = 750;
const MAX_LOSSES = 5;
const LOSSES_WITHIN_MS = 60_000;

interface Attempt {
  readonly abort: AbortController;
  /** Settles when the attempt is over; rejects with its AppError. */
  readonly done: Promise<void>;
}

/**
 * One user's connection to one server: at most one session in use, at most one being built beside it,
 * old ones draining. Everything that happens goes through `transition`; this class only acts on it.
 */
export class McpConnection {
  readonly #options: McpConnectionOptions;
  readonly #drains = leases<McpSession>();
  #state: ConnectionState;
  #session: McpSession | null = null;
  #attempt: Attempt | null = null;
  #stopTimer: () => void = () => {};
  #stopIdle: () => void = () => {};
  /** Calls that are running. */
  #lent = 0;
  /** Calls that wait for the next try. */
  readonly #waiters: (() => void)[] = [];
  /** When sessions were lost lately, epoch milliseconds. */
  readonly #losses: number[] = [];
  /** Since when it is away, after it was open; epoch milliseconds. */
  #lostAt: number | null = null;
  readonly #lender: Lender;

  constructor(options: McpConnectionOptions) {
    this.#options = options;
    this.#state = initialState(options.clock.now());
    this.#lender = {
      clock: options.clock,
      state: () => this.#state,
      session: () => this.#session,
      mayComeBack: () => this.#mayComeBack(),
      open: () => this.open(),
      hurry: () => this.#hurry(),
      nextTry: () => this.#nextTry(),
      lend: (lent, work) => this.#lend(lent, work),
      lost: (lent, why) => this.#lost(lent, why),
    };
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The session in use, also while a new one is built; null when there is none. */
  get session(): McpSession | null {
    return this.#session;
  }

  /**
   * Opens it because a person wants it: forgets earlier failures. Shares the attempt in flight; answers at
   * once when it is open. Throws the attempt's AppError. `asked`: the person presses for it, so nothing holds it back.
   */
  async open({ asked = false } = {}): Promise<void> {
    if (this.#session !== null) return;
    if (this.#attempt !== null) return this.#attempt.done;
    this.#stopRetry();
    this.#losses.length = 0;
    this.#apply({ type: "open" });
    await this.#begin(asked);
  }

  /** What it waits for has come: tries now instead of later. Nothing happens in any other phase. */
  retryNow(): void {
    if (this.#state.phase === "waiting") this.#retry();
  }

  /**
   * Builds a new session beside the one in use, swaps, drains the old one. If the new one fails the old
   * one stays and the error is thrown. With none in use it opens. Calls at the same time share one attempt,
   * unless `restart` says that the attempt in flight was begun with values that no longer hold.
   */
  async replace({ restart = false, asked = false } = {}): Promise<void> {
    if (this.#attempt !== null && !restart) return this.#attempt.done;
    if (this.#attempt !== null) {
      this.#attempt.abort.abort(replaced());
      return this.#begin(asked);
    }
    if (this.#session === null) return this.open({ asked });
    this.#apply({ type: "replace" });
    await this.#begin(asked);
  }

  /** Lends the session to one call, as `lendSession` says. `work` learns how long the call has waited for a server that was away. */
  use<T>(work: (session: McpSession, waitedMs: number) => Promise<T>, patience: Patience = SHORT_PATIENCE): Promise<T> {
    return lendSession(this.#lender, work, patience);
  }

  async #lend<T>(session: McpSession, work: (session: McpSession) => Promise<T>): Promise<T> {
    this.#stopIdle();
    this.#lent += 1;
    try {
      return await this.#drains.during(session, () => work(session));
    } finally {
      this.#lent -= 1;
      this.#restWhenIdle();
    }
  }

  #restWhenIdle(): void {
    this.#stopIdle();
    if (this.#lent > 0 || this.#session === null) return;
    this.#stopIdle = this.#options.clock.setTimer(this.#options.idleMs, () => void this.close("IDLE"));
  }

  /** Closes it: stops an attempt, ends retries, lets running calls finish within `drainMs`. Fine when nothing is open. */
  async close(reason: RestReason, { drain = true } = {}): Promise<void> {
    this.#stopRetry();
    this.#stopIdle();
    const attempt = this.#attempt;
    const session = this.#session;
    this.#attempt = null;
    this.#session = null;
    this.#lostAt = null;
    if (attempt !== null) {
      this.#apply({ type: "cancel" });
      attempt.abort.abort(replaced());
      await attempt.done.catch(() => {});
    }
    // Somebody may have opened it again while the old attempt was ending.
    if (this.#attempt === null) this.#apply({ type: "closed", reason });
    if (session !== null) await this.#retire(session, drain ? this.#options.drainMs : 0);
  }

  /** What was there a moment ago is tried soon, unless it said when to come. */
  #hurry(): void {
    const state = this.#state;
    const soonAt = this.#options.clock.now() + SOON_MS;
    if (state.phase !== "waiting" || state.retryAt <= soonAt || !this.#mayComeBack()) return;
    if (state.why.wasHeldBack || state.why.retryAfterMs !== undefined) return;
    this.#apply({ type: "hurry", retryAt: soonAt });
    this.#retryAtTime(soonAt);
  }

  async #nextTry(): Promise<void> {
    await new Promise<void>((resolve) => this.#waiters.push(resolve));
    await this.#attempt?.done;
  }

  #mayComeBack(): boolean {
    return this.#lostAt !== null && this.#options.clock.now() - this.#lostAt < COMES_BACK_WITHIN_MS;
  }

  #begin(asked = false): Promise<void> {
    const abort = new AbortController();
    const open = () => this.#options.openSession(abort.signal, asked);
    const attempt: Attempt = { abort, done: this.#run(open, () => this.#attempt === attempt) };
    this.#attempt = attempt;
    // Who waits gets the error; a retry by itself has nobody waiting.
    attempt.done.catch(() => {});
    return attempt.done;
  }

  async #run(open: () => Promise<McpSession>, isCurrent: () => boolean): Promise<void> {
    // The attempt must be in place before it can end.
    await Promise.resolve();
    let session: McpSession;
    try {
      session = await open();
    } catch (error) {
      const why = fromMcpError(error, { phase: "connect" });
      if (isCurrent()) {
        this.#attempt = null;
        this.#failed(why);
      }
      throw why;
    }
    if (!isCurrent()) {
      await session.close();
      throw replaced();
    }
    const old = this.#session;
    this.#attempt = null;
    this.#session = session;
    this.#lostAt = null;
    session.onLost((why) => this.#lost(session, why));
    session.onToolsChanged(this.#options.onToolsChanged);
    session.warnings.onChange(() => this.#session === session && this.#options.onWarned?.());
    this.#apply({ type: "opened" });
    this.#restWhenIdle();
    this.#options.onToolsChanged();
    if (old !== null) void this.#retire(old, this.#options.drainMs);
  }

  #failed(why: AppError): void {
    if (this.#state.phase === "replacing") this.#apply({ type: "replaceFailed" });
    else this.#settle("openFailed", why, this.#retryAt(why, this.#state.phase === "opening" ? this.#state.attempt : 1));
  }

  #lost(session: McpSession, why: AppError): void {
    void session.close();
    if (this.#session !== session) return;
    this.#session = null;
    this.#lostAt = this.#options.clock.now();
    this.#settle("lost", why, this.#losesTooOften() ? null : this.#retryAt(why, 0));
  }

  /** Restart intensity: what keeps ending right after it started is left to a person. */
  #losesTooOften(): boolean {
    const now = this.#options.clock.now();
    this.#losses.push(now);
    this.#losses.splice(0, this.#losses.length - MAX_LOSSES);
    return this.#losses.length === MAX_LOSSES && now - (this.#losses[0] ?? now) < LOSSES_WITHIN_MS;
  }

  #settle(type: "openFailed" | "lost", why: AppError, retryAt: number | null): void {
    this.#apply({ type, why, retryAt });
    if (retryAt !== null && this.#state.phase === "waiting") this.#retryAtTime(retryAt);
  }

  #retryAtTime(retryAt: number): void {
    this.#stopTimer();
    this.#stopTimer = this.#options.clock.setTimer(retryAt - this.#options.clock.now(), () => this.#retry());
  }

  #stopRetry(): void {
    this.#stopTimer();
    for (const goOn of this.#waiters.splice(0)) goOn();
  }

  #retry(): void {
    this.#apply({ type: "retryDue" });
    void this.#begin();
    this.#stopRetry();
  }

  /** Only what may pass by itself is tried again; a wrong key or a missing command is left to people. */
  #retryAt(why: AppError, attempt: number): number | null {
    if (!ERROR_CODES[why.code].retryable) return null;
    const isDownNow = isDown(why) || this.#mayComeBack();
    const backoffMs = this.#options.retryAfterMs(attempt, { isDown: isDownNow });
    if (backoffMs === null) return null;
    const afterMs = Math.min(backoffMs, this.#mayComeBack() ? AWAY_RETRY_MS : backoffMs);
    return (
      this.#options.clock.now() + (why.wasHeldBack ? (why.retryAfterMs ?? afterMs) : Math.max(afterMs, why.retryAfterMs ?? 0))
    );
  }

  async #retire(session: McpSession, withinMs: number): Promise<void> {
    await this.#drains.released(session, withinMs, this.#options.clock);
    await session.close();
  }

  #apply(event: ConnectionEvent): void {
    const next = transition(this.#state, event, this.#options.clock.now());
    if (next === this.#state) return;
    const before = this.#state;
    this.#state = next;
    this.#options.onChange(next, before);
  }
}

/** The endpoint's trouble, not this person's: it passes without them, and the way there lets no storm through. */
function isDown({ isEndpointDown, wasHeldBack }: AppError): boolean {
  return isEndpointDown || wasHeldBack;
}

function replaced(): AppError {
  return new AppError("CONNECTION_REPLACED", "the attempt was stopped");
}
