/** How often something that fails is tried: so many times within any such span. */
export interface TryBudgetOptions {
  /** @default 12 */
  tries?: number;
  /** @default 300_000 */
  withinMs?: number;
}

/** Jitter may be kind or not; a budget keeps what it adds up to. Times are epoch milliseconds. */
export interface TryBudget {
  /** It was tried and failed. */
  spend(at: number): void;
  /** The first moment at which one more try is within the budget. */
  allowsAt(): number;
  clear(): void;
}

export function tryBudget({ tries = 12, withinMs = 300_000 }: TryBudgetOptions = {}): TryBudget {
  const spent: number[] = [];
  return {
    spend(at) {
      spent.push(at);
      spent.splice(0, spent.length - tries);
    },
    allowsAt: () => (spent.length < tries ? 0 : (spent[0] ?? 0) + withinMs),
    clear() {
      spent.length = 0;
    },
  };
}
