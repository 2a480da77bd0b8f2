/**
 * `npm run test:conformance [scenario…]`: the protocol's own suite against the product, driven through its REST surface.
 * The last line is the count; the exit code says the same.
 */
import { startControlled } from "./control.ts";
import { clientScenarios, runScenario, type ScenarioResult } from "./suite.ts";

const REVISIONS = ["2025-11-25", "2026-07-28"];
/** Left out, with the reason. */
const NOT_RUN: [prefix: string, reason: string][] = ["client-credentials", "enterprise-managed", "dpop", "wif"].map((name) => [
  `auth/${name}`,
  "an extension that is not built yet",
]);
/** Measures milliseconds of ours; a loaded machine gets a second chance. */
const TIMED = "sse-retry";

const wanted = process.argv.slice(2);
const control = await startControlled();
const env = { PATCHBAY_URL: control.house.url, CONTROL_URL: control.url };
let passed = 0;
let failed = 0;

function tell(line: string, { ok, passed: checks, output }: ScenarioResult): void {
  console.log(`${ok ? "ok    " : "FAILED"}  ${line} (${checks} checks)`);
  if (!ok) console.log(output.replace(/^/gm, "        "));
  if (ok) passed += 1;
  else failed += 1;
}

for (const revision of REVISIONS) {
  const scenarios = await clientScenarios(revision);
  console.log(`== ${revision}: ${scenarios.length} client scenarios`);
  for (const [prefix, reason] of NOT_RUN) {
    const left = scenarios.filter((name) => name.startsWith(prefix));
    if (left.length > 0) console.log(`not run  ${left.length} of ${prefix}…: ${reason}`);
  }
  const chosen = scenarios
    .filter((name) => !NOT_RUN.some(([prefix]) => name.startsWith(prefix)))
    .filter((name) => wanted.length === 0 || wanted.includes(name));
  for (const name of chosen) {
    const first = await runScenario(name, revision, env);
    tell(`${revision} ${name}`, first.ok || name !== TIMED ? first : await runScenario(name, revision, env));
  }
}
await control.close();
if (passed === 0) failed += 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
