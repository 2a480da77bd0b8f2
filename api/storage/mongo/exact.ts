/**
 * A value for a filter. Anything but text would widen the filter: `undefined` matches every document without the
 * field, an object is read as an operator.
 */
export function exact(value: string): string {
  if (typeof value !== "string")
    throw new TypeError(`A store's key must be text, not ${value === null ? "null" : typeof value}.`);
  return value;
}
