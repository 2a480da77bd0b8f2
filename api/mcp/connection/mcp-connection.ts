import { AppError } from "../../errors/app-error.ts";
import { fromMcpError } from "../session/from-mcp-error.ts";
import type { McpSession } from "../session/session.ts";
import { type ConnectionEvent, type ConnectionState, initialState, type RestReason, transition } from "./connection-state.ts";
import { type IdleTimer, idleTimer } from "./idle-timer.ts";
import { leases } from "./leases.ts";
import { type Lender, lendSession, type Patience } from "./lend-session.ts";
import { restartNotice } from "./restart-notice.ts";
import { type RetryPlan, type RetryPlanOptions, retryPlan } from "./retry-plan.ts";

export interface McpConnectionOptions extends RetryPlanOptions {
  /**
   * Resolves the user's values and opens a proven session; throws AppError. Must stop when the signal aborts.
   * `asked`: a person wants it now.
   */
  openSession: (signal: AbortSignal, asked: boolean) => Promise<McpSession>;
  /** How long a replaced session may finish its calls. */
  drainMs: number;
  /** Without a call for this long it closes; the next call opens it again. */
  idleMs: number;
  onChange: (state: ConnectionState, before: ConnectionState) => void;
  onToolsChanged: () => void;
  onWarned?: () => void; // the warnings of the session in use changed
}

const SHORT_PATIENCE: Patience = { timeoutMs: 2_000 };
/** This soon when a call waits for it. */
const SOON_MS = 750;

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
  /** Calls that are running. */
  #lent = 0;
  /** Calls that wait for the next try. */
  readonly #waiters: (() => void)[] = [];
  readonly #idle: IdleTimer;
  readonly #retries: RetryPlan;
  readonly #lender: Lender;
  readonly #notice = restartNotice();

  constructor(options: McpConnectionOptions) {
    this.#options = options;
    this.#state = initialState(options.clock.now());
    this.#retries = retryPlan(options);
    this.#idle = idleTimer({ ...options, isBusy: () => this.#lent > 0, onIdle: () => void this.close("IDLE") });
    this.#lender = {
      clock: options.clock,
      state: () => this.#state,
      session: () => this.#session,
      mayComeBack: () => this.#retries.mayComeBack(),
      open: () => this.open(),
      hurry: () => this.#hurry(),
      nextTry: () => this.#nextTry(),
      hold: (lent) => this.#hold(lent),
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
    this.#retries.forgive();
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

  #hold(session: McpSession): () => void {
    const release = this.#drains.hold(session);
    this.#lent += 1;
    return () => {
      this.#lent -= 1;
      release();
      if (this.#session !== null) this.#idle.used();
    };
  }

  /** Closes it: stops an attempt, ends retries, lets running calls finish within `drainMs`. Fine when nothing is open. */
  async close(reason: RestReason, { drain = true } = {}): Promise<void> {
    this.#stopRetry();
    this.#idle.stop();
    const attempt = this.#attempt;
    const session = this.#session;
    this.#attempt = null;
    this.#session = null;
    this.#retries.settled();
    if (attempt !== null) {
      this.#apply({ type: "cancel" });
      attempt.abort.abort(replaced());
      await attempt.done.catch(() => {});
    }
    // Somebody may have opened it again while the old attempt was ending.
    if (this.#attempt === null) this.#apply({ type: "closed", reason });
    if (session !== null) await this.#retire(session, drain ? this.#options.drainMs : 0);
  }

  /** A person began to sign in: waits for them instead of trying; calls get `why`. What is open stays open. */
  signInBegan(until: number, why: AppError): void {
    if (this.#session !== null || this.#attempt !== null) return;
    this.#stopRetry();
    this.#apply({ type: "signInBegan", until, why });
  }

  /** The person gave the sign-in up, or it failed: says why. Nothing happens unless one was waited for. */
  signInEnded(why: AppError, { isCancelled = false } = {}): void {
    if (this.#state.phase !== "signingIn") return;
    if (isCancelled) this.#apply({ type: "cancel" });
    this.#apply({ type: "lacks", why });
  }

  /**
   * What lets it in is gone: nothing more is sent, calls that are on their way get the server's own answer, and the state
   * says what a person has to do. An attempt in flight finds that out by itself.
   */
  shutOut(why: AppError): void {
    if (this.#session !== null) this.#lost(this.#session, why);
    else if (this.#attempt === null) {
      this.#stopRetry();
      this.#apply({ type: "lacks", why });
    }
  }

  /** What was there a moment ago is tried soon, unless it said when to come. */
  #hurry(): void {
    const state = this.#state;
    const soonAt = this.#options.clock.now() + SOON_MS;
    if (state.phase !== "waiting" || state.retryAt <= soonAt || !this.#retries.mayComeBack()) return;
    if (state.why.wasHeldBack || state.why.retryAfterMs !== undefined) return;
    this.#apply({ type: "hurry", retryAt: soonAt });
    this.#retryAtTime(soonAt);
  }

  async #nextTry(): Promise<void> {
    await new Promise<void>((resolve) => this.#waiters.push(resolve));
    await this.#attempt?.done;
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
    this.#retries.settled();
    session.onLost((why) => this.#lost(session, why));
    session.onToolsChanged(this.#options.onToolsChanged);
    session.warnings.onChange(() => this.#session === session && this.#options.onWarned?.());
    this.#notice.tell(session);
    this.#apply({ type: "opened" });
    this.#idle.used();
    this.#options.onToolsChanged();
    if (old !== null) void this.#retire(old, this.#options.drainMs);
  }

  #failed(why: AppError): void {
    if (this.#state.phase === "replacing") this.#apply({ type: "replaceFailed" });
    else this.#settle("openFailed", why, this.#retries.after(why, this.#state.phase === "opening" ? this.#state.attempt : 1));
  }

  #lost(session: McpSession, why: AppError): void {
    // A server that asks for a sign-in is still there: it answers the calls that are on their way, each for itself.
    void (why.code === "OAUTH_REQUIRED" ? this.#retire(session, this.#options.drainMs) : session.close());
    if (this.#session !== session) return;
    this.#session = null;
    this.#idle.stop();
    this.#notice.lost(why);
    // With nothing to do it may end; an attempt beside it goes on and opens.
    if (why.endedInPeace && this.#lent === 0 && this.#attempt === null) this.#apply({ type: "closed", reason: "STOPPED" });
    else this.#settle("lost", why, this.#retries.afterLoss(why));
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

function replaced(): AppError {
  return new AppError("CONNECTION_REPLACED", "the attempt was stopped");
}
