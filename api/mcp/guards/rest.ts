/** Of the time in which a flood is read, this part at most is spent on it. */
const SHARE = 0.2;
const MIN_MS = 2;

export interface Rest {
  /** What was spent on a flood; 0 when there is none. */
  spentMs: number;
  /** Whatever else asks for a rest. */
  leastMs: number;
}

/** Lets others have their turn: at once after nothing of note, and for long after time was spent on a flood. */
export function rest({ spentMs, leastMs }: Rest): Promise<void> {
  const restMs = Math.max(leastMs, spentMs > 0 ? Math.max(MIN_MS, spentMs / SHARE) : 0);
  return new Promise((resolve) => {
    if (restMs > 0) setTimeout(resolve, restMs);
    else setImmediate(resolve);
  });
}
