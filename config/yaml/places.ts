import type { Path } from "../problem.ts";
import type { Position } from "./positions.ts";

/** Offsets of one entry of a mapping or list. */
export interface Place {
  readonly key: number;
  readonly value: number;
}

/** Where the entries of parsed objects and lists stand in the text. */
export type Places = WeakMap<object, Map<string | number, Place>>;

export type Locate = (path: Path, what?: "key" | "value") => Position;

/**
 * Follows a path through a parsed value to its place in the text. For a path whose end is not there
 * (a missing key) it is the key of the nearest parent.
 */
export function locator(root: unknown, places: Places, positionAt: (offset: number) => Position): Locate {
  return (path, what = "value") => {
    let current = root;
    let place: Place = { key: 0, value: 0 };
    for (const part of path) {
      const key = Array.isArray(current) ? Number(part) : String(part);
      const next = isObject(current) ? places.get(current)?.get(key) : undefined;
      if (next === undefined) return positionAt(place.key);
      place = next;
      current = (current as Record<string | number, unknown>)[key];
    }
    return positionAt(what === "key" ? place.key : place.value);
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
