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
  return new Table();
}

/** Every session has some of these, and most sessions rest: an empty one keeps no table. */
class Table<Key extends string | number, Value extends object> implements InFlight<Key, Value> {
  #places: Map<Key, number> | null = null;
  #values: (Value | undefined)[] = [];
  #free: number[] = [];

  get size(): number {
    return this.#places?.size ?? 0;
  }

  get(key: Key): Value | undefined {
    const place = this.#places?.get(key);
    return place === undefined ? undefined : this.#values[place];
  }

  has(key: Key): boolean {
    return this.#places?.has(key) === true;
  }

  set(key: Key, value: Value): void {
    this.#places ??= new Map();
    const place = this.#places.get(key) ?? this.#free.pop() ?? this.#values.length;
    this.#places.set(key, place);
    this.#values[place] = value;
  }

  take(key: Key): Value | undefined {
    const place = this.#places?.get(key);
    if (place === undefined) return undefined;
    const value = this.#values[place];
    if (this.#places?.size === 1) this.clear();
    else {
      this.#places?.delete(key);
      this.#values[place] = undefined;
      this.#free.push(place);
    }
    return value;
  }

  values(): Value[] {
    return this.#values.filter((value) => value !== undefined);
  }

  clear(): void {
    this.#places = null;
    this.#values = [];
    this.#free = [];
  }
}
