/**
 * `npm test`: every check of this house, in the order in which they tell most for least. `--no-browser` leaves out
 * what needs a browser (`npm run check`). The last line is the count; the exit code says the same.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { AREAS } from "./evidence/areas.ts";
import { unshown } from "./evidence/gate.ts";
import type { TestResult } from "./evidence/join.ts";
import { readRegister } from "./evidence/register.ts";
import { testsIn } from "./evidence/report.ts";
import { type Counted, countReport, type VitestReport } from "./house/test-report.ts";
import { readEnvironment } from "./support/environment-record.ts";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const REPORT = "test-results/vitest.json";
const withBrowser = !process.argv.includes("--no-browser");

interface CheckResult {
  name: string;
  ok: boolean;
  seconds: number;
}

const CHECKS: readonly [name: string, ...words: string[]][] = [
  ["types", "tsc", "--noEmit"],
  ["lint and format", "biome", "ci", "--error-on-warnings"],
  ["room rules", "node", "test/house/check-rooms.ts"],
  ["dead code", "knip", "--no-progress"],
  ...(withBrowser ? [["client builds", "npm", "run", "--silent", "build"] satisfies [string, ...string[]]] : []),
];

process.chdir(ROOT);
// Hundreds of processes are started below: what was compiled once is not compiled again.
process.env.NODE_COMPILE_CACHE ??= join(ROOT, "node_modules", ".cache", "patchbay");
mkdirSync("test-results", { recursive: true });
// What the last long run has shown stays: it takes hours.
for (const name of readdirSync("test-results"))
  if (name !== "chaos.json") rmSync(join("test-results", name), { recursive: true });

// It waits more than it works: the checks that only read run meanwhile.
const conformance = check("official conformance suite", ["node", "test/conformance/run.ts"], "afterwards");
const results: CheckResult[] = [];
for (const [name, ...words] of CHECKS) results.push(await check(name, words));
results.push(await conformance);

const projects = ["unit", "house", "contract", "integration", "alone", ...(withBrowser ? ["browser"] : [])];
const vitest = await check("test run ends well", [
  "vitest",
  "run",
  ...projects.flatMap((project) => ["--project", project]),
  "--reporter=default",
  "--reporter=./test/house/whole-report.ts",
]);
const tests = counted();
// Failing tests are counted one by one; this check is for what vitest reports beside them, such as unhandled errors.
results.push({ ...vitest, ok: vitest.ok || tests.faults.some((fault) => fault.startsWith("failed: ")) });
const environment = readEnvironment();
const missing = withBrowser ? unshown(readRegister(), AREAS, tests.all) : [];
if (withBrowser) results.push({ name: "promised cases are shown", ok: missing.length === 0, seconds: 0 });
results.push({ name: "database known", ok: environment.database !== undefined, seconds: 0 });
if (withBrowser) results.push({ name: "browser known", ok: environment.browser !== undefined, seconds: 0 });
summarise();

/** `prints`: as it comes, or in one piece when it has ended. */
async function check(name: string, words: readonly string[], prints: "live" | "afterwards" = "live"): Promise<CheckResult> {
  const [command = "", ...args] = words;
  const heading = `\n== ${name}: ${words.join(" ")}`;
  if (prints === "live") console.log(heading);
  const startedAt = Date.now();
  const path = `${join(ROOT, "node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}`;
  const output = prints === "live" ? "inherit" : "pipe";
  const child = spawn(command, args, { stdio: ["inherit", output, output], env: { ...process.env, PATH: path } });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => said.push(chunk));
  const ok = await new Promise<boolean>((resolve) => {
    child.on("error", (error) => {
      console.error(error.message);
      resolve(false);
    });
    child.on("close", (code) => resolve(code === 0));
  });
  if (prints === "afterwards") console.log(`${heading}\n${Buffer.concat(said).toString()}`);
  return { name, ok, seconds: Math.round((Date.now() - startedAt) / 1000) };
}

function counted(): Counted & { all: TestResult[] } {
  try {
    const report = JSON.parse(readFileSync(REPORT, "utf8")) as VitestReport;
    return { ...countReport(report), all: testsIn(report) };
  } catch (error) {
    return { passed: 0, failed: 1, excused: [], faults: [`no test report: ${String(error)}`], all: [] };
  }
}

function summarise(): void {
  console.log("\n== summary");
  for (const { name, ok, seconds } of results)
    console.log(`${ok ? "ok    " : "FAILED"}  ${name}${seconds > 0 ? ` (${seconds} s)` : ""}`);
  for (const fault of tests.faults) console.log(`FAILED  ${fault}`);
  for (const line of missing) console.log(`FAILED  ${line}`);
  for (const title of tests.excused) console.log(`not run  ${title}`);
  console.log(`database: ${environment.database ?? "unknown"}`);
  console.log(`browser: ${withBrowser ? (environment.browser ?? "unknown") : "left out (npm run check)"}`);
  const passed = tests.passed + results.filter(({ ok }) => ok).length;
  const failed = tests.failed + results.filter(({ ok }) => !ok).length;
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
