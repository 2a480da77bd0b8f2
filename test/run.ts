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

const CHECKS: [name: string, command: string, args: string[]][] = [
  ["types", "tsc", ["--noEmit"]],
  ["lint and format", "biome", ["ci", "--error-on-warnings"]],
  ["room rules", "node", ["test/house/check-rooms.ts"]],
  ["dead code", "knip", ["--no-progress"]],
  ["official conformance suite", "node", ["test/conformance/run.ts"]],
  ...(withBrowser ? [["client builds", "npm", ["run", "--silent", "build"]] satisfies [string, string, string[]]] : []),
];

process.chdir(ROOT);
// Hundreds of processes are started below: what was compiled once is not compiled again.
process.env.NODE_COMPILE_CACHE ??= join(ROOT, "node_modules", ".cache", "patchbay");
mkdirSync("test-results", { recursive: true });
// What the last long run has shown stays: it takes hours.
for (const name of readdirSync("test-results"))
  if (name !== "chaos.json") rmSync(join("test-results", name), { recursive: true });

const results: CheckResult[] = [];
for (const [name, command, args] of CHECKS) results.push(await check(name, command, args));

const projects = ["unit", "house", "contract", "integration", "alone", ...(withBrowser ? ["browser"] : [])];
const vitest = await check("test run ends well", "vitest", [
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

async function check(name: string, command: string, args: string[]): Promise<CheckResult> {
  console.log(`\n== ${name}: ${command} ${args.join(" ")}`);
  const startedAt = Date.now();
  const path = `${join(ROOT, "node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}`;
  const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, PATH: path } });
  const ok = await new Promise<boolean>((resolve) => {
    child.on("error", (error) => {
      console.error(error.message);
      resolve(false);
    });
    child.on("exit", (code) => resolve(code === 0));
  });
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
