import type { Audience } from "../mcp/audience.ts";
import type { Clock } from "../ports/clock.ts";

/** Who has the page open. */
export interface Presence {
  /** Once for every tab; `left` as often. */
  arrived(userId: string): void;
  left(userId: string): void;
  of(userId: string): Audience;
}

/** A reload, a short tunnel: nobody has gone yet. */
const GRACE_MS = 30_000;

interface Person {
  tabs: number;
  isPresent: boolean;
  stopTimer: () => void;
  readonly listeners: Set<() => void>;
}

export function presence(clock: Clock): Presence {
  const people = new Map<string, Person>();
  const personOf = (userId: string): Person => {
    const known = people.get(userId) ?? { tabs: 0, isPresent: false, stopTimer: () => {}, listeners: new Set() };
    people.set(userId, known);
    return known;
  };
  const forget = (userId: string, person: Person) => {
    if (!person.isPresent && person.tabs === 0 && person.listeners.size === 0) people.delete(userId);
  };
  const turn = (person: Person, isPresent: boolean) => {
    if (person.isPresent === isPresent) return;
    person.isPresent = isPresent;
    for (const listener of [...person.listeners]) listener();
  };
  return {
    arrived(userId) {
      const person = personOf(userId);
      person.tabs += 1;
      person.stopTimer();
      turn(person, true);
    },
    left(userId) {
      const person = people.get(userId);
      if (person === undefined || person.tabs === 0) return;
      person.tabs -= 1;
      if (person.tabs > 0) return;
      person.stopTimer = clock.setTimer(GRACE_MS, () => {
        turn(person, false);
        forget(userId, person);
      });
    },
    of: (userId) => ({
      get isPresent() {
        return people.get(userId)?.isPresent ?? false;
      },
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
