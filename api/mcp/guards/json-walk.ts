/**
 * Takes own keys named `__proto__` out of parsed JSON, and says whether it is nested deeper than `maxDepth`: whoever
 * copies, prints or digests it later may do so without a thought. Level by level, so that depth costs no stack.
 */
export function tidiedWithin(value: unknown, maxDepth: number): boolean {
  let level: object[] = typeof value === "object" && value !== null ? [value] : [];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > maxDepth) return false;
    const next: object[] = [];
    for (const each of level) {
      if (Object.hasOwn(each, "__proto__")) Reflect.deleteProperty(each, "__proto__");
      for (const below of Object.values(each)) if (typeof below === "object" && below !== null) next.push(below);
    }
    level = next;
  }
  return true;
}
