/** The middle one; the mean of the two middle ones when there are as many on either side. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

export interface Goal {
  name: string;
  value: number;
  unit: string;
  atLeast?: number;
  atMost?: number;
}

export function isMet({ value, atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY }: Goal): boolean {
  return value >= atLeast && value <= atMost;
}

/** One line a goal, with a word on whether it is met. */
export function goalLine(goal: Goal): string {
  const { name, value, unit, atLeast, atMost } = goal;
  const wanted = atLeast !== undefined ? `at least ${atLeast}` : `at most ${atMost}`;
  const shown = Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2);
  return `${isMet(goal) ? "met     " : "NOT MET "} ${name}: ${shown}${unit} (goal ${wanted}${unit})`;
}

const lines: string[] = [];

/** Prints a line, and keeps it for the page that `--docs` writes. */
export function say(line: string): void {
  console.log(line);
  lines.push(line);
}

export function said(): string {
  return lines.join("\n").trim();
}
