/** Keeps the first `max` values apart and calls the rest `other`: every label value costs memory for ever. */
export function boundedLabels(max: number): (value: string, within?: string) => string {
  const known = new Set<string>();
  return (value, within = "") => {
    const key = within + value;
    if (known.has(key)) return value;
    if (known.size >= max) return "other";
    known.add(key);
    return value;
  };
}
