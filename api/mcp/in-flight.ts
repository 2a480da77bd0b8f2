/**
 * What is running, by its key: a `Map` whose values leave nothing behind.
 *
 * V8's `Map` and `Set` move to a new table again and again while entries come and go, and the old table, once it is in the
 * old generation, keeps what it held at that moment until the next full collection: with a few dozen calls at a time that
 * is nearly every call with all it ever touched. Here the table holds keys and small numbers only; the values lie in an
 * array, whose places are emptied.
 */
export interface InFlight<Key extends string | number, Value> {
  readonly size: number;
  get(key: Key): Value | undefined;
  has(key: Key): boolean;
  /** Replaces what has this key. */
  set(key: Key, value: Value): void;
  /** What it was; undefined when there was none. */
  take(key: Key): Value | undefined;
  /** A copy, in no particular order. */
  values(): Value[];
  clear(): void;
}

export function inFlight<Key extends string | number, Value extends object>(): InFlight<Key, Value> {
  const places = new Map<Key, number>();
  const values: (Value | undefined)[] = [];
  const free: number[] = [];
  return {
    get size() {
      return places.size;
    },
    get(key) {
      const place = places.get(key);
      return place === undefined ? undefined : values[place];
    },
    has: (key) => places.has(key),
    set(key, value) {
      const place = places.get(key) ?? free.pop() ?? values.length;
      places.set(key, place);
      values[place] = value;
    },
    take(key) {
      const place = places.get(key);
      if (place === undefined) return undefined;
      const value = values[place];
      places.delete(key);
      values[place] = undefined;
      free.push(place);
      return value;
    },
    values: () => values.filter((value) => value !== undefined),
    clear() {
      places.clear();
      values.length = 0;
      free.length = 0;
    },
  };
}
