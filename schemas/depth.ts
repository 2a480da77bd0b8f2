/** Is a JSON value nested deeper than this? Level by level, not by calling itself: the depth is what is in doubt. */
export function isDeeperThan(value: unknown, maxDepth: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) return true;
    const next: unknown[] = [];
    for (const each of level) {
      if (typeof each !== "object" || each === null) continue;
      for (const below of Object.values(each)) if (typeof below === "object" && below !== null) next.push(below);
    }
    level = next;
  }
  return false;
}
