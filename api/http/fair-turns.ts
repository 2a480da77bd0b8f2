import { AppError } from "../errors/app-error.ts";

export interface FairTurnsOptions {
  /** Requests of one person that begin in one slice, and in one turn of the event loop once they wait. @default 4 */
  share?: number;
  /** How long a share lasts while nobody waits. @default 4 */
  sliceMs?: number;
  /** Requests of one person that may wait. @default 500 */
  maxWaiting?: number;
  /** Who has been alone for this long needs no share. @default 1_000 */
  aloneMs?: number;
  /** Milliseconds of a clock that never goes back. @default performance.now */
  now?: () => number;
  /** Runs it in the next turn of the event loop, after what has come in was read. @default setImmediate */
  nextTurn?: (run: () => void) => void;
}

/**
 * Lets requests begin in a fair order: of what has arrived at once, each person's first ones go before anybody's fifth, so
 * that who asks a thousand times a second stands behind himself. Null means now, which costs a look at the clock; else the
 * promise resolves when it is its turn. Throws RATE_LIMITED when too many of this person wait already.
 */
export type FairTurns = (userId: string) => Promise<void> | null;

interface Person {
  sliceEndsAt: number;
  begun: number;
  waiting: (() => void)[];
}

/** People remembered before those who do not wait are forgotten: their share is a matter of milliseconds. */
const MAX_REMEMBERED = 1_000;

export function fairTurns(options: FairTurnsOptions = {}): FairTurns {
  const { share = 4, sliceMs = 4, maxWaiting = 500, aloneMs = 1_000, now = () => performance.now() } = options;
  const { nextTurn = setImmediate } = options;
  const people = new Map<string, Person>();
  let last = "";
  /** When somebody else came than before. */
  let changedAt = now();
  /** The person whose turn it is next first. */
  let queue: Person[] = [];

  const isAlone = (at: number) => at - changedAt > aloneMs;

  const turn = () => {
    const served = queue;
    queue = [];
    const at = now();
    const sliceEndsAt = at + sliceMs;
    const count = isAlone(at) ? Number.POSITIVE_INFINITY : share;
    for (const person of served) {
      const first = person.waiting.splice(0, count);
      // Behind the others, whoever comes in between.
      if (person.waiting.length > 0) queue.push(person);
      person.begun = first.length;
      person.sliceEndsAt = sliceEndsAt;
      for (const begin of first) begin();
    }
    if (queue.length > 0) nextTurn(turn);
  };

  const remember = (userId: string): Person => {
    if (people.size >= MAX_REMEMBERED) for (const [id, { waiting }] of people) if (waiting.length === 0) people.delete(id);
    const person = { sliceEndsAt: 0, begun: 0, waiting: [] };
    people.set(userId, person);
    return person;
  };

  return (userId) => {
    const person = people.get(userId) ?? remember(userId);
    const { waiting } = person;
    const at = now();
    if (userId !== last) {
      last = userId;
      changedAt = at;
    }
    if (waiting.length === 0) {
      if (isAlone(at)) return null;
      if (at >= person.sliceEndsAt) {
        person.sliceEndsAt = at + sliceMs;
        person.begun = 0;
      }
      person.begun += 1;
      if (person.begun <= share) return null;
    }
    if (waiting.length >= maxWaiting)
      throw new AppError("RATE_LIMITED", `${maxWaiting} of your requests wait already`, { retryAfterMs: 1_000 });
    return new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length > 1) return;
      queue.push(person);
      if (queue.length === 1) nextTurn(turn);
    });
  };
}
