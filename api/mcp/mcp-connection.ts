import { ERROR_CODES } from "../../schemas/error-codes.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import { type ConnectionEvent, type ConnectionState, initialState, type RestReason, transition } from "./connection-state.ts";
import { fromMcpError } from "./from-mcp-error.ts";
import { leases } from "./leases.ts";
import type { McpSession } from "./session.ts";

export interface McpConnectionOptions {
  /** Resolves the user's values and opens a proven session; throws AppError. Must stop when the signal aborts. */
  openSession: (signal: AbortSignal) => Promise<McpSession>;
  clock: Clock;
  /** Milliseconds to wait after failed try number n, null to give up. */
  retryAfterMs: (attempt: number) => number | null;
  /** How long a replaced session may finish its calls. */
  drainMs: number;
  onChange: (state: ConnectionState) => void;
  onToolsChanged: () => void;
}

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
  #stopRetry: () => void = () => {};

  constructor(options: McpConnectionOptions) {
    this.#options = options;
    this.#state = initialState(options.clock.now());
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The session in use, also while a new one is built; null when there is none. */
  get session(): McpSession | null {
    return this.#session;
  }

  /** Opens it. Shares the attempt in flight; answers at once when it is open. Throws the attempt's AppError. */
  async open(): Promise<void> {
    if (this.#session !== null) return;
    if (this.#attempt === null) {
      this.#stopRetry();
      this.#apply({ type: "open" });
      return this.#begin();
    }
    await this.#attempt.done;
  }

  /**
   * Builds a new session beside the one in use, swaps, drains the old one. If the new one fails the old
   * one stays and the error is thrown. With none in use it opens. Calls at the same time share one attempt,
   * unless `restart` says that the attempt in flight was begun with values that no longer hold.
   */
  async replace({ restart = false } = {}): Promise<void> {
    if (this.#attempt !== null && !restart) return this.#attempt.done;
    if (this.#attempt !== null) {
      this.#attempt.abort.abort(replaced());
      return this.#begin();
    }
    if (this.#session === null) return this.open();
    this.#apply({ type: "replace" });
    await this.#begin();
  }

  /** Lends the session to one call, opening first when needed. The session outlives its loans by `drainMs` at most. */
  async use<T>(work: (session: McpSession) => Promise<T>): Promise<T> {
    await this.open();
    const session = this.#session;
    if (session === null) throw new AppError("CONNECTION_CLOSED", "the connection was closed");
    return this.#drains.during(session, () => work(session));
  }

  /** Closes it: stops an attempt, ends retries, lets running calls finish within `drainMs`. Fine when nothing is open. */
  async close(reason: RestReason, { drain = true } = {}): Promise<void> {
    this.#stopRetry();
    const attempt = this.#attempt;
    const session = this.#session;
    this.#attempt = null;
    this.#session = null;
    if (attempt !== null) {
      this.#apply({ type: "cancel" });
      attempt.abort.abort(replaced());
      await attempt.done.catch(() => {});
    }
    // Somebody may have opened it again while the old attempt was ending.
    if (this.#attempt === null) this.#apply({ type: "closed", reason });
    if (session !== null) await this.#retire(session, drain ? this.#options.drainMs : 0);
  }

  #begin(): Promise<void> {
    const abort = new AbortController();
    const attempt: Attempt = { abort, done: this.#run(abort.signal, () => this.#attempt === attempt) };
    this.#attempt = attempt;
    // Who waits gets the error; a retry by itself has nobody waiting.
    attempt.done.catch(() => {});
    return attempt.done;
  }

  async #run(signal: AbortSignal, isCurrent: () => boolean): Promise<void> {
    // The attempt must be in place before it can end.
    await Promise.resolve();
    let session: McpSession;
    try {
      session = await this.#options.openSession(signal);
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
    session.onLost((why) => this.#lost(session, why));
    session.onToolsChanged(this.#options.onToolsChanged);
    this.#apply({ type: "opened" });
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
    this.#settle("lost", why, this.#retryAt(why, 0));
  }

  #settle(type: "openFailed" | "lost", why: AppError, retryAt: number | null): void {
    this.#apply({ type, why, retryAt });
    if (retryAt === null || this.#state.phase !== "waiting") return;
    this.#stopRetry = this.#options.clock.setTimer(retryAt - this.#options.clock.now(), () => {
      this.#apply({ type: "retryDue" });
      void this.#begin();
    });
  }

  /** Only what may pass by itself is tried again; a wrong key or a missing command is left to people. */
  #retryAt(why: AppError, attempt: number): number | null {
    if (!ERROR_CODES[why.code].retryable) return null;
    const afterMs = this.#options.retryAfterMs(attempt);
    return afterMs === null ? null : this.#options.clock.now() + Math.max(afterMs, why.retryAfterMs ?? 0);
  }

  async #retire(session: McpSession, withinMs: number): Promise<void> {
    await this.#drains.released(session, withinMs, this.#options.clock);
    await session.close();
  }

  #apply(event: ConnectionEvent): void {
    const next = transition(this.#state, event, this.#options.clock.now());
    if (next === this.#state) return;
    this.#state = next;
    this.#options.onChange(next);
  }
}

function replaced(): AppError {
  return new AppError("CONNECTION_REPLACED", "the attempt was stopped");
}
