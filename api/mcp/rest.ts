/** Of the time in which a flood is read, this part at most is spent on it. */
const SHARE = 0.2;
const MIN_MS = 2;

/** Lets others have their turn: at once after nothing of note, and for long after `spentMs` were spent on a flood. */
export function rest(spentMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (spentMs > 0) setTimeout(resolve, Math.max(MIN_MS, spentMs / SHARE));
    else setImmediate(resolve);
  });
}
