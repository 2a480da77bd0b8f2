import { AppError } from "../errors/app-error.ts";

export interface FairTurnsOptions {
  /** Requests of one person that begin in one turn of the event loop. @default 4 */
  perTurn?: number;
  /** Requests of one person that may wait. @default 500 */
  maxWaiting?: number;
  /** Runs it in the next turn of the event loop, after what has come in was read. @default setImmediate */
  nextTurn?: (run: () => void) => void;
}

/**
 * Lets requests begin in a fair order: of what has arrived at once, each person's first ones go before anybody's fifth, so
 * that who asks a thousand times a second stands behind himself. Null means now; else the promise resolves when it is its
 * turn. Throws RATE_LIMITED when too many of this person wait already.
 */
export type FairTurns = (userId: string) => Promise<void> | null;

export function fairTurns({ perTurn = 4, maxWaiting = 500, nextTurn = setImmediate }: FairTurnsOptions = {}): FairTurns {
  /** Begun in this turn, by person. */
  const begun = new Map<string, number>();
  /** Who waits, by person; the person whose turn it is next first. */
  const waiting = new Map<string, (() => void)[]>();
  let isTurnPlanned = false;

  const planTurn = () => {
    if (isTurnPlanned) return;
    isTurnPlanned = true;
    nextTurn(turn);
  };

  const turn = () => {
    isTurnPlanned = false;
    begun.clear();
    for (const [userId, queue] of [...waiting]) {
      const now = queue.splice(0, perTurn);
      // Behind the others, whoever comes in between.
      waiting.delete(userId);
      if (queue.length > 0) waiting.set(userId, queue);
      begun.set(userId, now.length);
      for (const go of now) go();
    }
    if (begun.size > 0) planTurn();
  };

  return (userId) => {
    const count = begun.get(userId) ?? 0;
    const queue = waiting.get(userId);
    if (queue === undefined && count < perTurn) {
      begun.set(userId, count + 1);
      planTurn();
      return null;
    }
    if (queue !== undefined && queue.length >= maxWaiting)
      throw new AppError("RATE_LIMITED", `${maxWaiting} of your requests wait already`, { retryAfterMs: 1_000 });
    return new Promise((resolve) => {
      if (queue === undefined) waiting.set(userId, [resolve]);
      else queue.push(resolve);
      planTurn();
    });
  };
}
