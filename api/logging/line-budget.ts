import type { Clock } from "../ports/clock.ts";

export interface LineBudgetOptions {
  clock: Clock;
  /** Lines at once. @default 30 */
  burst?: number;
  /** Lines a minute in the long run. @default 3 */
  perMinute?: number;
}

export type Said = { readonly say: true; readonly unsaid: number } | { readonly say: false };

interface Budget {
  left: number;
  at: number;
  unsaid: number;
}

const MAX_KEYS = 1_000;

/**
 * How much may be said about one thing: a server that comes and goes for a thousand people must not fill the disk.
 * What is left unsaid is counted, and the count goes with the next line.
 */
export function lineBudget({ clock, burst = 30, perMinute = 3 }: LineBudgetOptions): (key: string) => Said {
  const budgets = new Map<string, Budget>();
  return (key) => {
    const now = clock.steady();
    if (!budgets.has(key) && budgets.size >= MAX_KEYS) budgets.delete(budgets.keys().next().value ?? "");
    const budget = budgets.get(key) ?? { left: burst, at: now, unsaid: 0 };
    budgets.set(key, budget);
    budget.left = Math.min(burst, budget.left + ((now - budget.at) / 60_000) * perMinute);
    budget.at = now;
    if (budget.left < 1) {
      budget.unsaid += 1;
      return { say: false };
    }
    const { unsaid } = budget;
    budget.left -= 1;
    budget.unsaid = 0;
    return { say: true, unsaid };
  };
}
