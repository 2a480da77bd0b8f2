/** How often something that fails is tried: so many times within any such span. */
export interface TryBudgetOptions {
  /** @default 12 */
  tries?: number;
  /** @default 300_000 */
  withinMs?: number;
}

/** Jitter may be kind or not; a budget keeps what it adds up to. Times are those of a steady clock. */
export interface TryBudget {
  /** It was tried and failed. */
  spend(at: number): void;
  /** The first moment at which one more try is within the budget. */
  allowsAt(): number;
  clear(): void;
}

export function tryBudget(options: TryBudgetOptions = {}): TryBudget {
  return new SpentTries(options);
}

/** A class, because every connection has one: methods weigh nothing where closures do. */
class SpentTries implements TryBudget {
  readonly #tries: number;
  readonly #withinMs: number;
  readonly #spent: number[] = [];

  constructor({ tries = 12, withinMs = 300_000 }: TryBudgetOptions) {
    this.#tries = tries;
    this.#withinMs = withinMs;
  }

  spend(at: number): void {
    this.#spent.push(at);
    this.#spent.splice(0, this.#spent.length - this.#tries);
  }

  allowsAt(): number {
    return this.#spent.length < this.#tries ? 0 : (this.#spent[0] ?? 0) + this.#withinMs;
  }

  clear(): void {
    this.#spent.length = 0;
  }
}
