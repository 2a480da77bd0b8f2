import { benchBoot } from "./boot.ts";
import { benchCalls } from "./calls.ts";
import { type Goal, goalLine, isMet } from "./figures.ts";
import { benchIdle } from "./idle.ts";
import { benchNeighbours } from "./neighbours.ts";
import { benchSoak } from "./soak.ts";
import { benchStatus } from "./status.ts";

/**
 * `npm run bench [-- PART …]`: how fast and how heavy the product is beside what it is built on, in one run.
 * Prints a line for each goal; the exit code says whether all are met.
 */
const PARTS: Record<string, () => Promise<Goal[]>> = {
  calls: benchCalls,
  idle: benchIdle,
  neighbours: benchNeighbours,
  status: benchStatus,
  boot: benchBoot,
  soak: benchSoak,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((part) => PARTS[part] === undefined);
if (unknown.length > 0) {
  console.error(`There is no part "${unknown[0]}". Parts: ${Object.keys(PARTS).join(", ")}.`);
  process.exit(2);
}

const goals: Goal[] = [];
for (const [name, part] of Object.entries(PARTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n== ${name}`);
  const reached = await part();
  for (const goal of reached) console.log(goalLine(goal));
  goals.push(...reached);
}
const missed = goals.filter((goal) => !isMet(goal)).length;
console.log(`\n${goals.length - missed} goals met, ${missed} not met`);
process.exitCode = missed > 0 ? 1 : 0;
