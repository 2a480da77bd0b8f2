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
  /** Copies, in no particular order. */
  values(): Value[];
  keys(): Key[];
  clear(): void;
}

export function inFlight<Key extends string | number, Value extends NonNullable<unknown>>(): InFlight<Key, Value> {
  return new Table();
}

interface Kept<Key, Value> {
  readonly places: Map<Key, number>;
  readonly values: (Value | undefined)[];
  readonly free: number[];
}

/** Every session has many of these, and most sessions rest: an empty one keeps nothing. */
class Table<Key extends string | number, Value extends NonNullable<unknown>> implements InFlight<Key, Value> {
  #kept: Kept<Key, Value> | null = null;

  get size(): number {
    return this.#kept === null ? 0 : this.#kept.places.size;
  }

  get(key: Key): Value | undefined {
    const kept = this.#kept;
    const place = kept?.places.get(key);
    return kept === null || place === undefined ? undefined : kept.values[place];
  }

  has(key: Key): boolean {
    return this.#kept?.places.has(key) === true;
  }

  set(key: Key, value: Value): void {
    this.#kept ??= { places: new Map(), values: [], free: [] };
    const { places, values, free } = this.#kept;
    const place = places.get(key) ?? free.pop() ?? values.length;
    places.set(key, place);
    values[place] = value;
  }

  take(key: Key): Value | undefined {
    const kept = this.#kept;
    const place = kept?.places.get(key);
    if (kept === null || place === undefined) return undefined;
    const { places, values, free } = kept;
    const value = values[place];
    if (places.size === 1) this.#kept = null;
    else {
      places.delete(key);
      values[place] = undefined;
      free.push(place);
    }
    return value;
  }

  values(): Value[] {
    return this.#kept === null ? [] : this.#kept.values.filter((value) => value !== undefined);
  }

  keys(): Key[] {
    return this.#kept === null ? [] : [...this.#kept.places.keys()];
  }

  clear(): void {
    this.#kept = null;
  }
}
