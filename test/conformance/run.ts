/**
 * `npm run test:conformance [scenario…]`: the protocol's own suite against the product, driven through its REST surface.
 * What a revision requires decides the exit code; extensions are run and reported beside it. The last line is the count.
 */
import { startControlled } from "./control.ts";
import { BACK_COMPATIBLE, clientScenarios, runScenario, type Scenario, type ScenarioResult } from "./suite.ts";

const REVISIONS = ["2025-11-25", "2026-07-28"];
/** Measures milliseconds of ours; a loaded machine gets a second chance. */
const TIMED = "sse-retry";
const PARALLEL = 3;

const wanted = process.argv.slice(2);
const control = await startControlled();
const env = { PATCHBAY_URL: control.house.url, CONTROL_URL: control.url };
let passed = 0;
let failed = 0;

async function run(revision: string, { name, isRequired }: Scenario): Promise<ScenarioResult> {
  const first = await runScenario(name, { revision, env, isForced: !isRequired });
  return first.ok || name !== TIMED ? first : runScenario(name, { revision, env, isForced: !isRequired });
}

function tell(line: string, { ok, passed: checks, output }: ScenarioResult): void {
  console.log(`${ok ? "ok    " : "FAILED"}  ${line} (${checks} checks)`);
  if (!ok) console.log(output.replace(/^/gm, "        "));
  if (ok) passed += 1;
  else failed += 1;
}

async function runAll(revision: string, title: string, scenarios: readonly Scenario[]): Promise<void> {
  const chosen = scenarios.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  if (chosen.length === 0) return;
  const results = new Map<Scenario, Promise<ScenarioResult>>();
  const queue = [...chosen];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const result = run(revision, next);
      results.set(next, result);
      await result;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  let good = 0;
  for (const scenario of chosen) {
    const result = await results.get(scenario);
    if (result === undefined) continue;
    tell(`${revision} ${scenario.name}`, result);
    if (result.ok) good += 1;
  }
  console.log(`== ${title}: ${good} of ${chosen.length}`);
}

for (const revision of REVISIONS) {
  const scenarios = await clientScenarios(revision);
  await runAll(
    revision,
    `required by ${revision}`,
    scenarios.filter(({ isRequired }) => isRequired),
  );
  await runAll(
    revision,
    `beyond ${revision}`,
    scenarios.filter(({ isRequired }) => !isRequired),
  );
}
await runAll("2025-11-25", "servers of before 2025-06", BACK_COMPATIBLE);
await control.close();
if (passed === 0) failed += 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
