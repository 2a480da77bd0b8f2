import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import { type Breaker, createBreaker } from "./endpoint-breaker.ts";

/** Whose attempt it is. `asked`: a person pressed for it just now; that is never held back. */
export interface Attempt {
  readonly userId: string;
  readonly server: string;
  readonly signal: AbortSignal;
  readonly asked: boolean;
}

export interface EndpointGateOptions {
  clock: Clock;
  /** In [0, 1), as Math.random. */
  random: () => number;
  /** An endpoint answers again: these were held back and may try now. */
  onRecovered?: (held: readonly Pick<Attempt, "userId" | "server">[]) => void;
  /** Attempts a second at one endpoint, in the long run. @default 40 */
  perSecond?: number;
  /** Attempts at one endpoint that may begin at once. @default 8 */
  burst?: number;
  /** Attempts at one endpoint at the same time, once it has answered. @default 32 */
  parallel?: number;
}

/** Before an endpoint is opened by many: how fast, how many at once, and not at all while it is down. */
export interface EndpointGate {
  /** Runs `open` when its turn has come. Throws what `open` throws, or at once what the endpoint fails with for everybody. */
  pass<T>(endpoint: string, attempt: Attempt, open: () => Promise<T>): Promise<T>;
  /** Endpoints by the state of their breaker. */
  counts(): Readonly<Record<Breaker["state"], number>>;
}

interface Waiter {
  readonly attempt: Attempt;
  readonly go: () => void;
  readonly refuse: (why: AppError) => void;
}

/** Until an endpoint has answered once, it may be dead: few find out for all. */
const PARALLEL_UNPROVEN = 4;
/** One that has just come back is not met by everybody at once. */
const CALM = { forMs: 7_000, perSecond: 15, burst: 4 };
const MAX_QUIET_ENDPOINTS = 1_000;

export function endpointGate(options: EndpointGateOptions): EndpointGate {
  const endpoints = new Map<string, Endpoint>();
  const endpointOf = (name: string): Endpoint => {
    const known = endpoints.get(name);
    if (known !== undefined) return known;
    if (endpoints.size >= MAX_QUIET_ENDPOINTS)
      for (const [each, endpoint] of endpoints) if (endpoint.isQuiet) endpoints.delete(each);
    const made = new Endpoint(options);
    endpoints.set(name, made);
    return made;
  };
  return {
    pass: (name, attempt, open) => endpointOf(name).pass(attempt, open),
    counts: () => {
      const counts = { closed: 0, open: 0, probing: 0 };
      for (const { breaker } of endpoints.values()) counts[breaker.state] += 1;
      return counts;
    },
  };
}

class Endpoint {
  readonly breaker: Breaker;
  readonly #options: Required<EndpointGateOptions>;
  readonly #queue: Waiter[] = [];
  readonly #held = new Map<string, Attempt>();
  #running = 0;
  #tokens: number;
  #filledAt: number;
  #calmUntil = 0;
  #stopTimer: (() => void) | null = null;

  constructor({ perSecond = 40, burst = 8, parallel = 32, onRecovered = () => {}, ...rest }: EndpointGateOptions) {
    this.#options = { ...rest, perSecond, burst, parallel, onRecovered };
    this.breaker = createBreaker(rest);
    this.#tokens = burst;
    this.#filledAt = rest.clock.steady();
  }

  get isQuiet(): boolean {
    return this.#running === 0 && this.#queue.length === 0 && this.breaker.state === "closed";
  }

  async pass<T>(attempt: Attempt, open: () => Promise<T>): Promise<T> {
    const label = `${attempt.userId}\n${attempt.server}`;
    const held = this.breaker.enter(attempt);
    if (held !== null) {
      this.#held.set(label, attempt);
      throw held;
    }
    this.#held.delete(label);
    try {
      await this.#turn(attempt);
    } catch (error) {
      this.breaker.left(attempt);
      if (!attempt.signal.aborted) this.#held.set(label, attempt);
      throw error;
    }
    try {
      const opened = await open();
      this.#settle(attempt, null);
      return opened;
    } catch (error) {
      this.#settle(attempt, error);
      throw error;
    } finally {
      this.#running -= 1;
      this.#pump();
    }
  }

  #settle(attempt: Attempt, error: unknown): void {
    const isClosed = () => this.breaker.state === "closed";
    const wasClosed = isClosed();
    if (attempt.signal.aborted) this.breaker.left(attempt);
    else this.breaker.tried(attempt, error);
    if (wasClosed || !isClosed()) return;
    this.#refill();
    this.#calmUntil = this.#options.clock.steady() + CALM.forMs;
    const held = [...this.#held.values()];
    this.#held.clear();
    this.#options.onRecovered(held);
  }

  /** Resolves when this attempt may begin; people first, then first come, first served. */
  #turn(attempt: Attempt): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1);
        reject(new AppError("CONNECTION_REPLACED", "the attempt was stopped"));
      };
      const settled = (tell: () => void) => {
        attempt.signal.removeEventListener("abort", onAbort);
        tell();
      };
      const waiter: Waiter = { attempt, go: () => settled(resolve), refuse: (why) => settled(() => reject(why)) };
      if (attempt.signal.aborted) return reject(new AppError("CONNECTION_REPLACED", "the attempt was stopped"));
      attempt.signal.addEventListener("abort", onAbort, { once: true });
      const behind = this.#queue.findIndex((each) => each.attempt.asked < attempt.asked);
      this.#queue.splice(behind === -1 ? this.#queue.length : behind, 0, waiter);
      this.#pump();
    });
  }

  /** Lets in whose turn it is. Everything that changes how many may run ends here. */
  #pump(): void {
    for (const [index, { attempt, refuse }] of [...this.#queue.entries()].reverse()) {
      const held = this.breaker.stillHeld(attempt);
      if (held === null) continue;
      this.#queue.splice(index, 1);
      refuse(held);
    }
    this.#refill();
    while (this.#queue[0] !== undefined && this.#tokens >= 1) {
      const limit = this.breaker.isProven ? this.#options.parallel : PARALLEL_UNPROVEN;
      if (this.#running >= limit && !this.#queue[0].attempt.asked) return;
      this.#tokens -= 1;
      this.#running += 1;
      this.#queue.shift()?.go();
    }
    if (this.#queue.length === 0 || this.#stopTimer !== null) return;
    const { perSecond } = this.#pace(this.#options.clock.steady());
    const inMs = Math.ceil(((1 - this.#tokens) * 1_000) / perSecond);
    this.#stopTimer = this.#options.clock.setTimer(inMs, () => {
      this.#stopTimer = null;
      this.#pump();
    });
  }

  #pace(now: number): { perSecond: number; burst: number } {
    return now < this.#calmUntil ? CALM : this.#options;
  }

  #refill(): void {
    const now = this.#options.clock.steady();
    const { perSecond, burst } = this.#pace(now);
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) * perSecond) / 1_000);
    this.#filledAt = now;
  }
}
