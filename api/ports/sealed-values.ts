import type { SealedValue } from "./sealed-value.ts";

/** A sealed value where it rests. `id` is the store's own name for the place. */
export interface SealedRow {
  readonly id: string;
  readonly sealed: SealedValue;
}

/** All sealed values of a store, whatever they were sealed for: what the care of keys needs to see. */
export interface SealedValues {
  /** Each one there is. One written meanwhile may or may not be among them. */
  all(): AsyncIterable<SealedRow>;
  /** Puts `next` in the place of this one. False when somebody changed or removed it meanwhile: theirs stays. */
  exchange(row: SealedRow, next: SealedValue): Promise<boolean>;
  /** Takes it away, together with a record that is nothing without it. False as above. */
  remove(row: SealedRow): Promise<boolean>;
}
