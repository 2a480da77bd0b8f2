/**
 * Where a JSON text, parsed to `value`, holds a number that is another one once it is read: too large for a double, or a
 * whole number with more digits than one has (RFC 8259, 6). Null: all are as they were written. The value may not be
 * nested too deep to be walked.
 */
export function changedNumberAt(text: string, value: unknown): readonly (string | number)[] | null {
  if (!hasHuge(value)) return null;
  const written: string[] = [];
  const note = (_key: string, each: unknown, context: { source: string }) => {
    if (isHuge(each)) written.push(context.source);
    return each;
  };
  // Newer than the types: what stands in the text.
  JSON.parse(text, note as (key: string, value: unknown) => unknown);
  return placesOfHuge(value)[written.findIndex(isChanged)] ?? null;
}

function hasHuge(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isHuge(value);
  for (const each of Object.values(value)) if (hasHuge(each)) return true;
  return false;
}

/** Beyond what every whole number is held exactly. */
function isHuge(value: unknown): boolean {
  return typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER;
}

function isChanged(source: string): boolean {
  const value = Number(source);
  return !Number.isFinite(value) || (/^-?\d+$/.test(source) && BigInt(source) !== BigInt(value));
}

/** In the order in which they are read. */
function placesOfHuge(value: unknown): (string | number)[][] {
  if (typeof value !== "object" || value === null) return isHuge(value) ? [[]] : [];
  return Object.entries(value).flatMap(([key, each]) => placesOfHuge(each).map((place) => [key, ...place]));
}
