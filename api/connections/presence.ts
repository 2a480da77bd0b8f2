import type { Audience } from "../mcp/audience.ts";
import type { Clock } from "../ports/clock.ts";

/** Who has the page open, or has just used a connection: somebody who may hear what servers say by themselves. */
export interface Presence {
  /** Once for every tab; `left` as often. */
  arrived(userId: string): void;
  left(userId: string): void;
  /** A program, or a person without the page, does something. */
  used(userId: string): void;
  of(userId: string): Audience;
}

/** A reload, a short tunnel, the next call of a program: nobody has gone yet. */
const GRACE_MS = 30_000;

interface Person {
  tabs: number;
  isPresent: boolean;
  /** Epoch milliseconds of the last sign of life. */
  seenAt: number;
  readonly listeners: Set<() => void>;
}

export function presence(clock: Clock): Presence {
  const people = new Map<string, Person>();
  const personOf = (userId: string): Person => {
    const known = people.get(userId) ?? { tabs: 0, isPresent: false, seenAt: 0, listeners: new Set() };
    people.set(userId, known);
    return known;
  };
  const forget = (userId: string, person: Person) => {
    if (!person.isPresent && person.tabs === 0 && person.listeners.size === 0) people.delete(userId);
  };
  const turn = (person: Person, isPresent: boolean) => {
    person.isPresent = isPresent;
    for (const listener of [...person.listeners]) listener();
  };
  const leaveLater = (userId: string, person: Person, inMs: number) => {
    clock.setTimer(inMs, () => {
      const leftMs = person.seenAt + GRACE_MS - clock.steady();
      // One timer a person, however often they are seen.
      if (person.tabs > 0 || leftMs > 0) return leaveLater(userId, person, Math.max(leftMs, GRACE_MS / 2));
      turn(person, false);
      forget(userId, person);
    });
  };
  const seen = (userId: string, tabs: 1 | 0 | -1) => {
    const person = personOf(userId);
    person.tabs = Math.max(0, person.tabs + tabs);
    person.seenAt = clock.steady();
    if (person.isPresent) return;
    leaveLater(userId, person, GRACE_MS);
    turn(person, true);
  };
  return {
    arrived: (userId) => seen(userId, 1),
    left(userId) {
      if ((people.get(userId)?.tabs ?? 0) > 0) seen(userId, -1);
    },
    used: (userId) => seen(userId, 0),
    of: (userId) => ({
      isPresent: () => people.get(userId)?.isPresent ?? false,
      onChange(listener) {
        const person = personOf(userId);
        person.listeners.add(listener);
        return () => {
          person.listeners.delete(listener);
          forget(userId, person);
        };
      },
    }),
  };
}
